// The agents' workbench: the queue, live; the talks that are open; keys.

import { call, query, shopPath } from './api.js';
import { byId, composing, el, fill, keep, kept } from './dom.js';
import { knowledge } from './knowledge.js';
import { watch } from './live.js';
import { couldNotBegin, signOut, signedIn } from './signin.js';
import { pane } from './talk.js';
import { REASONS, STATES, byTime, dueTime, duration, name, ticketNumber } from './words.js';

const KINDS = ['message', 'state', ...['opened', 'raised', 'reopened', 'claimed', 'transferred', 'handed_back', 'resumed', 'resolved', 'overdue', 'unanswered', 'note'].map((kind) => `ticket.${kind}`)];
const NEWS = new Set(['ticket.opened', 'ticket.raised', 'ticket.reopened', 'ticket.overdue']);
const QUEUES = { waiting: '待接入', mine: '我的', others: '同事的', resolved: '已解决' };
const QUEUE_SETTLE_MS = 150;
const PRESS_MS = 200;
const AGAIN_MS = 5000;
const KEYS = [['/', '搜索知识库'], ['J / K', '在队列里上下移动'], ['回车', '打开所选工单'], ['Alt+C', '接入'], ['回车 / Ctrl+回车', '发送回复'], ['Alt+1…9', '插入第几条搜索结果'], ['Alt+N', '把输入框内容存为备注'], ['Alt+B', '交还机器人'], ['Alt+R', '解决'], ['Alt+T', '转接'], ['Alt+← / →', '切换会话'], ['Esc', '回到输入框'], ['?', '显示本说明']];

const EMPTY = { waiting: '没有人在等，喝口水吧', mine: '还没有接入的会话', others: '同事手上没有会话', resolved: '还没有解决的工单' };
const SOUND = 'zhike.desk.sound';

const desk = { session: null, shops: [], shop: '', queue: 'waiting', tickets: { waiting: [], mine: [], others: [], resolved: [] }, totals: { waiting: 0, mine: 0, others: 0 }, skills: [], skill: '', talks: new Map(), current: null, unread: new Map(), line: null, up: null };
let find = null;
let sounds = null;
let settling = null;
let pressed = null;
let again = null;
// Answers may come in another order than they were asked for.
let asked = 0;
let drawn = 0;

// ---- Frame ----

function frame() {
  const shops = el('select', { id: 'shop', 'aria-label': '店铺', onchange: (event) => choose(event.target.value) }, desk.shops.map((shop) => el('option', { value: shop.id }, shop.name)));
  const sound = el('input', { type: 'checkbox', id: 'sound', checked: kept(SOUND) === '1', onchange: (event) => listenFor(event.target.checked) });
  const skill = el('select', { id: 'skill', 'aria-label': '技能组', hidden: true, onchange: (event) => chooseSkill(event.target.value) });
  const show = (part) => {
    byId('desk').dataset.show = part;
    if (part === 'talks') seen();
    for (const button of document.querySelectorAll('.switch button')) button.setAttribute('aria-current', String(button.dataset.part === part));
  };
  desk.show = show;
  find = knowledge({ shop: () => desk.shop, insert: (text, entry) => { current()?.insert(text, entry); show('talks'); } });
  fill(byId('root'), el('div', { class: 'desk', id: 'desk', 'data-show': 'queue' },
    el('header', { class: 'top' },
      el('h1', { class: 'brand' }, '客服工作台'), shops, el('span', { id: 'line', class: 'row small', role: 'status' }),
      el('span', { class: 'grow' }), el('label', { class: 'small' }, sound, '提示音'),
      el('button', { type: 'button', class: 'plain wide', onclick: help }, '快捷键 ', el('kbd', null, '?')),
      el('span', { class: 'small soft wide' }, desk.session.name), el('button', { type: 'button', class: 'plain', onclick: signOut }, '退出')),
    el('main', { class: 'work' },
      el('nav', { class: 'queue', 'aria-label': '工单队列' },
        el('div', { class: 'tabs', role: 'tablist', id: 'tabs', 'aria-label': '队列', onkeydown: alongTabs }), skill, el('div', { id: 'list', role: 'tabpanel', 'aria-label': '工单' })),
      el('section', { class: 'talks', id: 'talks', 'aria-label': '会话' }),
      find.node),
    el('nav', { class: 'switch', 'aria-label': '切换' }, [['queue', '队列'], ['talks', '会话'], ['know', '知识库']].map(([part, label]) => el('button', { type: 'button', 'data-part': part, 'aria-current': String(part === 'queue'), onclick: () => show(part) }, label, el('span', { class: 'unread', hidden: true }))))),
  el('dialog', { id: 'help', 'aria-label': '快捷键' }, el('h2', null, '快捷键'), el('dl', null, KEYS.map(([key, what]) => [el('dt', null, el('kbd', null, key)), el('dd', null, what)])), el('form', { method: 'dialog' }, el('button', { class: 'primary' }, '知道了'))));
  panes();
}

const help = () => byId('help').showModal();

// ---- Queue ----

async function fetchQueue() {
  asked += 1;
  const turn = asked;
  const shop = desk.shop;
  const ask = (fields) => call('GET', shopPath(shop, `/tickets${query({ limit: 100, ...fields })}`));
  const skill = desk.skill;
  const [waiting, reopened, mine, held, resolved, skills] = await Promise.all([ask({ state: 'waiting', skill }), ask({ state: 'reopened', skill }), ask({ state: 'with_agent', agent: 'me' }), ask({ state: 'with_agent', skill }), ask({ state: 'resolved', limit: 30 }), call('GET', shopPath(shop, '/skills'))]);
  // Another shop was chosen meanwhile.
  if (shop !== desk.shop) return 0;
  if (desk.line && desk.up !== null) showLine();
  const last = Math.min(waiting.last_event, mine.last_event);
  if (turn < drawn) return last;
  drawn = turn;
  const both = [...new Map([...waiting.items, ...reopened.items].map((ticket) => [ticket.id, ticket])).values()].filter((ticket) => ticket.state !== 'with_agent');
  both.sort((a, b) => a.priority - b.priority || byTime(a.opened_at, b.opened_at));
  const own = (ticket) => ticket.agent === desk.session.id;
  const others = held.items.filter((ticket) => !own(ticket));
  desk.tickets = { waiting: both, mine: mine.items, others, resolved: resolved.items };
  desk.totals = { waiting: waiting.total + reopened.total, mine: mine.total, others: held.total - held.items.filter(own).length };
  desk.skills = skills;
  skillChoice();
  list();
  return last;
}

/** Skill groups (技能组) of the shop; a shop without any shows none. */
function skillChoice() {
  const box = byId('skill');
  const groups = [...new Set([...desk.skills, desk.skill].filter(Boolean))];
  box.hidden = !groups.length;
  if (box.dataset.groups === groups.join('|')) return;
  box.dataset.groups = groups.join('|');
  fill(box, el('option', { value: '' }, '全部技能组'), groups.map((group) => el('option', { value: group }, group)));
  box.value = desk.skill;
}

function chooseSkill(group) {
  desk.skill = group;
  keep(`zhike.desk.skill.${desk.shop}`, group);
  soon();
}

/** Fetches the queue again in a moment: once for all that happens until then, however much it is. */
function soon() {
  settling ??= setTimeout(() => {
    settling = null;
    fetchQueue().catch((problem) => {
      lost(problem);
      // Otherwise the queue stays old and the line red until something happens.
      again ??= setTimeout(() => {
        again = null;
        soon();
      }, AGAIN_MS);
    });
  }, QUEUE_SETTLE_MS);
}

function list() {
  // A row that is replaced between press and release takes no click.
  if (document.querySelector('#list .ticket:active, #tabs button:active')) {
    clearTimeout(pressed);
    pressed = setTimeout(list, PRESS_MS);
    return;
  }
  const tabbed = document.activeElement?.getAttribute('role') === 'tab';
  fill(byId('tabs'), Object.entries(QUEUES).map(([id, label]) => el('button', {
    type: 'button', role: 'tab', 'aria-selected': String(desk.queue === id), 'aria-controls': 'list', tabindex: desk.queue === id ? '0' : '-1', onclick: () => { desk.queue = id; list(); },
  }, id === 'resolved' ? label : `${label} ${desk.totals[id]}`)));
  if (tabbed) document.querySelector('.tabs [aria-selected="true"]')?.focus();
  const items = desk.tickets[desk.queue];
  const focused = document.activeElement?.dataset?.ticket;
  const more = desk.queue === 'resolved' ? 0 : desk.totals[desk.queue] - items.length;
  fill(byId('list'), items.length ? items.map(row) : el('p', { class: 'empty' }, EMPTY[desk.queue]), more > 0 ? el('p', { class: 'empty small' }, `还有 ${more} 个排在后面`) : null);
  if (focused) document.querySelector(`.ticket[data-ticket="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  badge();
}

/** Arrow keys go along the tabs, as in every tab list. */
function alongTabs(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by || event.altKey) return;
  event.preventDefault();
  const ids = Object.keys(QUEUES);
  desk.queue = ids[(ids.indexOf(desk.queue) + by + ids.length) % ids.length];
  list();
}

function row(ticket) {
  const unread = desk.unread.get(ticket.conversation) ?? 0;
  const waits = ticket.state === 'waiting' || ticket.state === 'reopened';
  // Who talks to a person is told apart by what was said last, who waits by what is wanted.
  // 「已接入」 and 「已结束」 are said in every talk.
  const words = waits || ticket.last_role === 'system' ? ticket.question : `${ticket.last_role === 'buyer' ? '' : '我方：'}${ticket.last_text}`;
  return el('button', { type: 'button', class: `ticket${desk.talks.has(ticket.id) ? ' open' : ''}${ticket.id === desk.current ? ' now' : ''}`, 'data-ticket': ticket.id, onclick: () => open(ticket.id) },
    el('span', { class: 'row' },
      el('span', { class: ticket.priority <= 1 ? 'tag hot' : ticket.priority <= 3 ? 'tag warm' : 'tag' }, name(REASONS, ticket.reason)),
      ticket.skill ? el('span', { class: 'tag note' }, ticket.skill) : null,
      ticket.reopened ? el('span', { class: 'tag warm' }, `第${ticket.reopened + 1}次`) : null,
      el('span', { class: 'grow' }), unread ? el('span', { class: 'unread' }, `${unread} 条新消息`) : null),
    el('span', { class: 'words' }, words || '（没有文字）'),
    el('span', { class: 'row small' }, el('span', { class: 'soft grow' }, `#${ticketNumber(ticket.id)}${waits ? '' : ` · ${name(STATES, ticket.state)}`}${desk.queue === 'others' ? ` · ${ticket.agent_name}` : ''}`), timing(ticket, waits)));
}

/** How long somebody waits for whom. */
function timing(ticket, waits) {
  const since = (at) => duration((Date.now() - new Date(at)) / 1000);
  if (ticket.state === 'resolved') return el('span', { class: 'soft' }, `${since(ticket.resolved_at ?? ticket.opened_at)}前`);
  if (!waits && ticket.replied_at) return ticket.last_role === 'buyer' ? el('span', { class: 'tag warm' }, ticket.agent === desk.session.id ? '等您回复' : '等回复') : el('span', { class: 'soft' }, '已回复');
  const left = (new Date(ticket.due_at) - Date.now()) / 1000;
  if (left < 0) return el('span', { class: 'tag hot' }, `已超时 ${duration(-left)}`);
  return el('span', { class: 'soft' }, `等了${since(ticket.opened_at)} · ${left < 3600 ? `还剩${duration(left)}` : `${dueTime(ticket.due_at)} 前`}`);
}

function badge() {
  const unread = [...desk.unread.values()].reduce((sum, n) => sum + n, 0);
  const count = desk.totals.waiting + unread;
  for (const [part, news] of [['queue', desk.totals.waiting], ['talks', unread]]) {
    const mark = document.querySelector(`.switch [data-part="${part}"] .unread`);
    mark.hidden = !news;
    mark.textContent = news;
  }
  document.title = count ? `(${count}) 客服工作台` : '客服工作台';
}

// ---- Talks ----

const current = () => desk.talks.get(desk.current);

async function openPane(id) {
  const talk = pane({ shop: desk.shop, id, session: desk.session, skills: () => desk.skills, changed: soon, close: () => close(id), focused: () => select(id), open });
  desk.talks.set(id, talk);
  try {
    await talk.load();
  } catch (problem) {
    desk.talks.delete(id);
    throw problem;
  }
  panes();
}

async function open(id) {
  try {
    if (!desk.talks.has(id)) await openPane(id);
  } catch (problem) {
    return lost(problem);
  }
  // Another shop was chosen while it was loading.
  if (!desk.talks.has(id)) return undefined;
  select(id);
  desk.show('talks');
  list();
  current().focus();
  opened();
  return undefined;
}

/** Remembers which talks are open: a page that is loaded again opens them again. */
function opened() {
  try {
    sessionStorage.setItem(`zhike.desk.open.${desk.shop}`, JSON.stringify([...desk.talks.keys()]));
  } catch {
    // Nothing is kept: the talks stand in the queue.
  }
}

async function reopen() {
  let ids = [];
  try {
    ids = JSON.parse(sessionStorage.getItem(`zhike.desk.open.${desk.shop}`) ?? '[]');
  } catch {
    ids = [];
  }
  const open = new Set([...desk.tickets.waiting, ...desk.tickets.mine, ...desk.tickets.others].map((ticket) => ticket.id));
  for (const id of ids) if (open.has(id)) await openPane(id).catch(() => null);
  if (desk.talks.size) select([...desk.talks.keys()][0]);
  list();
  if (talksShown()) current()?.focus();
}

function close(id) {
  desk.talks.delete(id);
  opened();
  if (desk.current === id) desk.current = [...desk.talks.keys()].at(-1) ?? null;
  panes();
  list();
}

function select(id) {
  desk.current = id;
  for (const [key, talk] of desk.talks) talk.node.classList.toggle('current', key === id);
  for (const row of document.querySelectorAll('.ticket')) row.classList.toggle('now', row.dataset.ticket === id);
  seen();
  current()?.node.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  badge();
}

const talksShown = () => byId('talks').checkVisibility();

/** What is before the agent's eyes is read. */
function seen() {
  if (talksShown() && document.hasFocus() && desk.unread.delete(current()?.conversation())) list();
}

function panes() {
  const box = byId('talks');
  const wanted = [...desk.talks.values()].map((talk) => talk.node);
  if (!wanted.length) return fill(box, el('p', { class: 'empty' }, '从队列里选一个工单开始；按 ? 看快捷键'));
  // Only what is new or gone is touched: moving a pane would lose its scroll place and caret.
  for (const child of [...box.children]) if (!wanted.includes(child)) child.remove();
  for (const node of wanted) if (!node.isConnected) box.append(node);
}

// ---- Live ----

function happened({ kind, conversation, data }) {
  // One that is still being loaded does not know its conversation yet.
  for (const talk of desk.talks.values()) if ([undefined, conversation].includes(talk.conversation())) talk.happened(kind, data, conversation);
  if (kind === 'message') {
    const mine = desk.tickets.mine.find((ticket) => ticket.conversation === conversation);
    // What was taken this moment stands in no queue yet.
    const own = mine || [...desk.talks.values()].some((talk) => talk.conversation() === conversation && talk.mine());
    const looking = current()?.conversation() === conversation && document.hasFocus() && talksShown();
    if (mine) {
      Object.assign(mine, { last_text: data.message.text, last_role: data.message.role });
      if (data.message.role === 'agent') mine.replied_at ??= data.message.at;
    }
    if (own && data.message.role === 'buyer' && !looking) {
      desk.unread.set(conversation, (desk.unread.get(conversation) ?? 0) + 1);
      beep(660);
    }
    if (own) list();
  }
  if (kind.startsWith('ticket.')) soon();
  if (NEWS.has(kind) || (kind === 'ticket.unanswered' && data.ticket.agent === desk.session.id)) beep(880);
}

async function choose(shop) {
  desk.line?.close();
  Object.assign(desk, { shop, line: null, up: null, current: null, skill: kept(`zhike.desk.skill.${shop}`) ?? '' });
  keep('zhike.desk.shop', shop);
  byId('shop').value = shop;
  desk.talks.clear();
  desk.unread.clear();
  panes();
  find.reset();
  await connect(shop);
}

/** Fetches the queue and listens from there on; tries again until that works or another shop is chosen. */
async function connect(shop) {
  try {
    const after = await fetchQueue();
    if (shop !== desk.shop) return;
    await reopen();
    if (shop !== desk.shop || desk.line) return;
    desk.line = watch({ url: (seq) => shopPath(shop, `/events${query({ after: seq })}`), after, kinds: KINDS, onEvent: happened, onLine: lineIs });
  } catch (problem) {
    lost(problem);
    setTimeout(() => { if (shop === desk.shop && !desk.line) connect(shop); }, AGAIN_MS);
  }
}

const showLine = () => fill(byId('line'), el('span', { class: desk.up ? 'dot up' : 'dot', 'aria-hidden': 'true' }), desk.up ? '实时' : '断线重连中');

function lineIs(up) {
  desk.up = up;
  showLine();
  if (up) soon();
  // A server that refuses the line because the session is over does not let it up again.
  else call('GET', '/v1/session').catch((problem) => problem.status === 401 && lost(problem));
}

function lost(problem) {
  if (problem.status === 401) return location.reload();
  fill(byId('line'), el('span', { class: 'dot', 'aria-hidden': 'true' }), problem.message ?? '出错了');
}

// Browsers only let a page sound after a click or a key: what was switched on before sounds from the first on.
function listenFor(on) {
  keep(SOUND, on ? '1' : '0');
  sounds = on ? sounds ?? new AudioContext() : null;
  beep(880);
}

function soundAgain() {
  if (kept(SOUND) !== '1') return;
  const begin = () => {
    // Escape, for one, is no gesture to a browser: a sound begun with it would never be heard.
    if (navigator.userActivation?.hasBeenActive === false) return;
    if (byId('sound')?.checked) sounds ??= new AudioContext();
    for (const kind of ['pointerdown', 'keydown']) document.removeEventListener(kind, begin);
  };
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, begin);
}

function beep(pitch) {
  if (!sounds) return;
  const tone = sounds.createOscillator();
  const volume = sounds.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.15, sounds.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, sounds.currentTime + 0.35);
  tone.connect(volume).connect(sounds.destination);
  tone.start();
  tone.stop(sounds.currentTime + 0.35);
}

// ---- Keys ----

function step(by) {
  const rows = [...document.querySelectorAll('.ticket')];
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}

function next(by) {
  const ids = [...desk.talks.keys()];
  const at = ids.indexOf(desk.current);
  if (ids.length) select(ids[(at + by + ids.length) % ids.length]);
  current()?.focus();
}

const WITH_ALT = { KeyC: () => current()?.act('claim'), KeyN: () => current()?.note(), KeyB: () => current()?.act('hand-back'), KeyR: () => current()?.act('resolve'), KeyT: () => current()?.transfer(), ArrowLeft: () => next(-1), ArrowRight: () => next(1) };

document.addEventListener('keydown', (event) => {
  if (!desk.session || composing(event) || document.querySelector('dialog[open]')) return;
  // A switch takes no letters: J and K go on from it.
  const typing = event.target.closest?.('input:not([type="checkbox"]), textarea, select');
  const digit = /^Digit([1-9])$/.exec(event.code);
  // `code`, not `key`: with Alt held a Mac types other letters.
  const act = event.altKey ? (digit ? () => find.insertNth(Number(digit[1]) - 1) : WITH_ALT[event.code])
    : event.key === 'Escape' ? () => current()?.focus()
      : typing ? null : { '/': find.focus, '?': help, j: () => step(1), k: () => step(-1) }[event.key];
  if (!act || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  // A key that is held is pressed once; only J and K go on.
  if (event.repeat && !['j', 'k'].includes(event.key)) return;
  if (event.key === '/') desk.show('know');
  act();
});

window.addEventListener('focus', () => { if (desk.session && byId('talks')) seen(); });

async function begin() {
  desk.session = await signedIn(byId('root'), '客服工作台', '没发出的回复还在。');
  if (desk.session.scopes.every((scope) => scope === 'ask')) {
    return fill(byId('root'), el('main', { class: 'signin' }, el('h1', null, '这个密钥不能打开工作台'), el('p', { class: 'soft' }, `${desk.session.name}，您的密钥没有「客服」权限，请找管理员要一把客服密钥。`), el('button', { type: 'button', onclick: signOut }, '换个密钥登录')));
  }
  desk.shops = await call('GET', '/v1/shops');
  frame();
  soundAgain();
  const last = desk.shops.find((shop) => shop.id === kept('zhike.desk.shop'));
  if (desk.shops.length) await choose((last ?? desk.shops[0]).id);
  else byId('talks').append(el('p', { class: 'empty' }, '这个密钥没有可用的店铺'));
  setInterval(list, 15000);
  return undefined;
}

begin().catch(couldNotBegin(byId('root')));
