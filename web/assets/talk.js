// One talk at the desk: the packet, the messages, the reply with its check, and what can be done with the ticket.

import { call, newKey, shopPath } from './api.js';
import { composing, el, fill } from './dom.js';
import { proofButton } from './proof.js';
import { REASONS, STATES, WARNINGS, byTime, chatTime, name, ticketNumber } from './words.js';

const CHECK_SETTLE_MS = 400;
const NEAR_END_PX = 80;

// Less sure than this a candidate only takes room.
const LEAST = 0.05;

// A piece of an inserted text shorter than this stands in any reply.
const TELLING_CHARS = 4;

/** A pane for the ticket `id`. */
export function pane({ shop, id, session, skills, changed, close, focused, open }) {
  const path = (rest = '') => shopPath(shop, `/tickets/${encodeURIComponent(id)}${rest}`);
  const shown = new Set();
  // Who keeps the shop's knowledge may act on colleagues' tickets.
  const leads = session.scopes.some((scope) => scope === 'knowledge' || scope === 'admin');
  let ticket = null;
  let newer = null;
  let inserted = [];
  let atEnd = true;
  let checked = '';
  let timer = null;
  let parting = '';
  let busy = false;
  // How often the ticket changed live, and what came before it was loaded.
  let heard = 0;
  const early = [];
  const keys = {};
  const draft = `zhike.desk.draft.${id}`;

  const head = el('div', { class: 'head' });
  const packet = el('details', { class: 'packet', open: window.innerHeight > 700 });
  const said = el('div', { class: 'said', role: 'log', 'aria-live': 'polite', 'aria-label': '消息', tabindex: '0', onscroll: scrolled });
  const newest = el('button', { type: 'button', class: 'newest small', hidden: true, onclick: toEnd }, '有新消息 ↓');
  const warnings = el('ul', { class: 'warnings', role: 'alert', hidden: true });
  const words = el('textarea', { 'aria-label': '回复买家', placeholder: '回复买家，回车发送，Shift+回车换行', maxlength: '4000', oninput: typed, onkeydown: keyed });
  const actions = el('div', { class: 'row', onkeydown: once });
  const told = el('div', { class: 'small', role: 'status' });
  const node = el('section', { class: 'talk', 'aria-label': `工单 ${ticketNumber(id)}`, onfocusin: focused }, head, packet, said, newest, el('div', { class: 'compose' }, warnings, words, actions, told));

  // Whatever takes or gives room (put on the page, hidden on a phone and shown again, a keyboard, warnings): who read the
  // newest message goes on reading it.
  new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(said);

  function toEnd() {
    said.scrollTop = said.scrollHeight;
    atEnd = true;
    newest.hidden = true;
  }

  function scrolled() {
    // What is not shown has no height, and nobody scrolls it.
    if (!said.clientHeight) return;
    atEnd = said.scrollHeight - said.scrollTop - said.clientHeight < NEAR_END_PX;
    if (atEnd) newest.hidden = true;
  }

  async function load() {
    const before = heard;
    const it = await call('GET', path());
    // Loaded anew after a refusal: what came live meanwhile is newer than this answer too.
    if (heard === before) ticket = it.ticket;
    newer = it.newer ?? newer;
    fill(packet, ...summary(it));
    const lines = [...it.messages.map((message) => [message.at, () => show(message)]), ...it.notes.map((note) => [note.at, () => showNote(note)])];
    lines.sort(([a], [b]) => byTime(a, b)).forEach(([, draws]) => draws());
    if (!words.value) words.value = kept();
    draw();
    for (const [kind, data, conversation] of early.splice(0)) if (conversation === ticket.conversation) happened(kind, data, conversation);
  }

  /**
   * Puts the caret where the reply is written. Focus alone is not enough: a dialog that closes gives it back without the
   * caret, and then the keys come and no letters.
   */
  function write() {
    words.focus({ preventScroll: true });
    words.setSelectionRange(words.selectionStart, words.selectionEnd);
  }

  /** What was being written when the page was last left. */
  function kept() {
    try {
      return sessionStorage.getItem(draft) ?? '';
    } catch {
      return '';
    }
  }

  function keep() {
    try {
      if (words.value) sessionStorage.setItem(draft, words.value);
      else sessionStorage.removeItem(draft);
    } catch {
      // Nothing is kept then.
    }
  }

  function summary(it) {
    const near = it.candidates.filter((candidate, at) => at === 0 || candidate.confidence === null || candidate.confidence >= LEAST);
    const measures = it.measures.map((measure) => `${measure.name} ${measure.written}`).join('，');
    return [
      el('summary', null, it.why || name(REASONS, ticket.reason), measures ? ` · ${measures}` : ''),
      el('p', null, el('b', null, '问题：'), it.question),
      it.product ? el('p', null, el('b', null, '商品：'), `${it.product.name || '未知商品'}（${it.product.id}）`) : null,
      it.answered.map((part) => el('p', null, el('b', null, '已答：'), `${part.question} → ${part.reply}`)),
      it.suggested ? el('p', null, el('b', null, '建议：'), it.suggested, ' ', el('button', { type: 'button', class: 'small', onclick: () => insert(it.suggested, null) }, '采用建议')) : null,
      near.length ? el('h2', null, near[0].confidence === null ? '可能有关的知识' : '最接近的知识') : null,
      near.map((candidate) => el('div', { class: 'candidate', title: candidate.text }, candidate.confidence === null ? null : el('span', { class: 'tag' }, `${Math.round(candidate.confidence * 100)}%`), el('span', { class: 'grow' }, candidate.title, el('span', { class: 'soft' }, candidate.file ? ` ${candidate.file}:${candidate.row}` : '')), candidate.text ? el('button', { type: 'button', class: 'small', 'aria-label': `插入 ${candidate.title}`, onclick: () => insert(candidate.text, candidate.id) }, '插入') : null)),
    ];
  }

  function draw() {
    const mine = ticket.agent === session.id;
    fill(head, el('div', { class: 'row' },
      el('span', { class: ticket.priority <= 1 ? 'tag hot' : 'tag warm' }, name(REASONS, ticket.reason)),
      ticket.skill ? el('span', { class: 'tag note' }, ticket.skill) : null,
      el('span', { class: 'small grow' }, `#${ticketNumber(id)} · ${name(STATES, ticket.state)}${ticket.agent_name && !mine ? ` · ${ticket.agent_name}` : ''}`),
      el('button', { type: 'button', class: 'plain', 'aria-label': '关闭这个会话窗口', onclick: close }, '✕')),
      newer ? el('div', { class: 'row small' }, el('span', { class: 'tag warm' }, '旧工单'), el('span', { class: 'grow' }, `买家又转了人工，请到新工单 #${ticketNumber(newer)} 处理`), el('button', { type: 'button', class: 'small', onclick: () => open(newer) }, '打开新工单')) : null);
    const waits = ticket.state === 'waiting' || ticket.state === 'reopened';
    const label = (button) => button.firstChild.data;
    const held = actions.contains(document.activeElement) ? label(document.activeElement) : null;
    const button = (label, key, run, kind) => el('button', { type: 'button', class: kind ?? '', onclick: run }, label, key ? [' ', el('kbd', null, key)] : null);
    fill(actions,
      waits ? button('接入', 'Alt+C', () => act('claim'), 'primary') : null,
      mine && ticket.state === 'with_agent' ? [button('发送', '⏎', send, 'primary'), button('解决', 'Alt+R', () => act('resolve')), button('交还机器人', 'Alt+B', () => act('hand-back')), button('转接', 'Alt+T', transfer)] : null,
      !mine && ticket.state === 'with_agent' && leads ? button('接过来', '', takeOver) : null,
      ticket.state === 'resolved' && !newer ? button('重新打开', '', () => act('reopen')) : null,
      button('备注', 'Alt+N', note));
    // Who goes by keys stays where they were.
    if (held) ([...actions.children].find((one) => label(one) === held) ?? words).focus();
    words.placeholder = mine && ticket.state === 'with_agent' ? '回复买家，回车发送，Shift+回车换行' : waits ? '接入后回复买家；也可以先写备注' : ticket.state === 'with_agent' ? `${ticket.agent_name} 正在接待，可以写备注` : newer ? '旧工单；可以写备注' : '已解决；可以写备注或重新打开';
  }

  function put(kind, who, text, at, under) {
    // Where the agent reads now, whether the event of the scrolling has come or not.
    scrolled();
    said.append(el('div', { class: `m ${kind}` }, kind === 'system' ? null : el('div', { class: 'who' }, `${who} ${chatTime(at)}`), el('div', { class: 'what' }, text), under));
    if (atEnd || kind === 'agent') toEnd();
    else if (kind === 'buyer') newest.hidden = false;
  }

  function show(message) {
    if (shown.has(message.id)) return;
    shown.add(message.id);
    const who = { buyer: '买家', bot: '机器人', agent: message.author || '客服', system: '' }[message.role];
    const offered = message.data?.options ?? [];
    put(message.role, who, message.text, message.at, [
      offered.length ? el('ol', { class: 'offered', 'aria-label': '给买家的选项' }, offered.map((option) => el('li', null, option.title))) : null,
      message.data?.decision ? proofButton(shop, message.conversation, message.id) : null,
    ]);
  }

  function showNote(it) {
    if (shown.has(it.id)) return;
    shown.add(it.id);
    put('note', `备注 · ${it.author}`, it.text, it.at);
  }

  // ---- Reply ----

  function insert(text, from) {
    const at = words.selectionStart ?? words.value.length;
    words.setRangeText(text, at, words.selectionEnd ?? at, 'end');
    if (from) inserted.push({ text, entry: from });
    write();
    typed();
  }

  function typed() {
    clearTimeout(timer);
    keep();
    if (parting) {
      parting = '';
      told.textContent = '';
    }
    if (!words.value.trim()) {
      inserted = [];
      return warn([]);
    }
    timer = setTimeout(() => check().catch(() => null), CHECK_SETTLE_MS);
    return undefined;
  }

  /** The entry that a reply comes from: the last inserted of which at least half still stands in it. */
  function source(reply) {
    const stands = ({ text }) => {
      const whole = text.split(/[。！？；，,!?;\n]/).map((piece) => piece.trim()).filter(Boolean);
      const telling = whole.filter((piece) => piece.length >= TELLING_CHARS);
      const pieces = telling.length ? telling : whole;
      return pieces.filter((piece) => reply.includes(piece)).length * 2 >= pieces.length;
    };
    return inserted.findLast(stands)?.entry ?? null;
  }

  async function check() {
    const text = words.value;
    const found = (await call('POST', shopPath(shop, '/check-reply'), { body: { text } })).warnings;
    if (words.value === text) warn(found);
    return found;
  }

  function warn(found) {
    warnings.hidden = !found.length;
    fill(warnings, together(found).map((warning) => el('li', null, el('b', null, `${name(WARNINGS, warning.code)}：`), warning.why, warning.place ? `（${warning.place}）` : '')));
  }

  /** Several words with the same fault are told in one line. */
  function together(found) {
    const lines = [];
    for (const warning of found) {
      const before = lines.find((line) => line.code === warning.code && !warning.place && warning.why.startsWith(`“${warning.words}”`));
      if (before) before.why = before.why.replace('”', `”“${warning.words}”`);
      else lines.push({ ...warning });
    }
    return lines;
  }

  /** One key for one text: sent again after an answer was lost it is done once, and another text is another thing. */
  function keyFor(what, text) {
    if (keys[what]?.text !== text) keys[what] = { text, key: newKey() };
    return keys[what].key;
  }

  /** Does something with what is written, one at a time, and takes that out of the box: the next line may stand there too. */
  async function away(what, work) {
    if (busy) return;
    busy = true;
    const whole = words.value;
    const text = whole.trim();
    await doing(async () => {
      await work(text);
      delete keys[what];
      if (words.value.startsWith(whole)) words.value = words.value.slice(whole.length).trimStart();
      typed();
    });
    busy = false;
  }

  function send() {
    if (!words.value.trim()) return write();
    return away('reply', async (text) => {
      // A reply that warns goes out on the second press: the agent decides, but not by accident.
      const found = text === checked ? [] : await check();
      checked = text;
      if (found.length) throw new Error('请看上面的提醒；确认无误再按一次发送');
      show(await call('POST', path('/reply'), { key: keyFor('reply', text), body: { text, entry: source(text) } }));
      checked = '';
    });
  }

  function keyed(event) {
    if (event.key !== 'Enter' || event.shiftKey || composing(event)) return;
    event.preventDefault();
    // A key that is held is no second press.
    if (event.repeat) return;
    if (ticket.agent === session.id && ticket.state === 'with_agent') send();
    else told.textContent = '先接入，再回复（Alt+C）';
  }

  /** Enter that is held presses a button again and again, and that is no second press either. */
  function once(event) {
    if (event.key === 'Enter' && event.repeat) event.preventDefault();
  }

  // ---- Ticket ----

  async function doing(work) {
    told.textContent = '';
    try {
      await work();
    } catch (problem) {
      told.textContent = problem.message;
      if (problem.status === 409) await load().catch(() => null);
    }
    changed();
  }

  /** Words that were written and not sent are not lost by a slip: leaving takes a second press. */
  function leaves(what) {
    if (!words.value.trim() || parting === what) return true;
    parting = what;
    told.textContent = '输入框里还有没发出的内容，再按一次就离开';
    return false;
  }

  const LEAVING = new Set(['resolve', 'hand-back']);

  /** Moves the ticket. What came live meanwhile is newer than the answer. */
  async function move(what, body = {}) {
    const before = heard;
    const moved = await call('POST', path(`/${what}`), { body });
    if (heard === before) ticket = moved;
    draw();
  }

  const act = (what) => {
    if (LEAVING.has(what) && !leaves(what)) return undefined;
    // At the press, not at the answer: by then the agent may write in another talk.
    write();
    return doing(() => move(what));
  };

  /** A colleague's ticket: passed on, then taken; whoever is quicker has it. */
  const takeOver = () => {
    if (!confirm(`把 ${ticket.agent_name} 手上的会话接过来？买家会看到换了客服。`)) return undefined;
    write();
    return doing(async () => {
      await move('transfer', { skill: ticket.skill });
      await move('claim');
    });
  };

  const transfer = async () => {
    if (!leaves('transfer')) return undefined;
    const skill = await askSkill(skills());
    write();
    if (skill === null) return undefined;
    return doing(() => move('transfer', { skill }));
  };

  const note = () => away('note', async (text) => {
    if (!text) throw new Error('先在输入框写下备注，再按备注；买家看不到');
    showNote(await call('POST', path('/notes'), { key: keyFor('note', text), body: { text } }));
  });

  /** What came live, of this talk or, before it is loaded, of one that may be this. */
  function happened(kind, data, conversation) {
    // The server may have read the talk before this and answer after it.
    if (!ticket) {
      early.push([kind, data, conversation]);
      return;
    }
    if (kind === 'message') show(data.message);
    if (kind === 'ticket.note' && data.ticket === id) showNote(data.note);
    if (!kind.startsWith('ticket.') || !data.ticket) return;
    if (data.ticket.id === id) {
      ticket = data.ticket;
      heard += 1;
    } else if (kind === 'ticket.opened') newer = data.ticket.id;
    draw();
  }

  return {
    node, load, act, transfer, note, insert, happened,
    conversation: () => ticket?.conversation,
    mine: () => ticket?.agent === session.id && ticket.state === 'with_agent',
    focus: write,
  };
}

/** Asks for a skill group; null where the agent thinks better of it. */
function askSkill(known) {
  return new Promise((resolve) => {
    const group = el('input', { id: 'skill-group', list: 'skill-groups', maxlength: '40', placeholder: '留空：转给任何人', autocomplete: 'off' });
    const pick = (value) => el('button', { type: 'button', onclick: () => { group.value = value; group.focus(); } }, value);
    const box = el('dialog', { 'aria-label': '转接' },
      el('form', { method: 'dialog', class: 'ask' },
        el('h2', null, '转接'), el('label', { for: 'skill-group' }, '转给哪个技能组？'), group,
        el('datalist', { id: 'skill-groups' }, known.map((value) => el('option', { value }))),
        known.length ? el('div', { class: 'row' }, known.map(pick)) : null,
        el('div', { class: 'row' }, el('button', { class: 'primary', value: 'go' }, '转接'), el('button', { value: '', formnovalidate: true }, '取消'))));
    box.addEventListener('close', () => {
      box.remove();
      resolve(box.returnValue === 'go' ? group.value.trim() : null);
    });
    document.body.append(box);
    box.showModal();
    group.focus();
  });
}
