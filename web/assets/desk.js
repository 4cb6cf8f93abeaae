// The agents' workbench: the queue, live; the talks that are open; keys.

import { call, query, shopPath } from './api.js';
import { byId, composing, el, fill } from './dom.js';
import { knowledge } from './knowledge.js';
import { watch } from './live.js';
import { signOut, signedIn } from './signin.js';
import { pane } from './talk.js';
import { REASONS, STATES, duration, name } from './words.js';

const KINDS = ['message', 'state', ...['opened', 'raised', 'reopened', 'claimed', 'transferred', 'handed_back', 'resumed', 'resolved', 'overdue', 'note'].map((kind) => `ticket.${kind}`)];
const NEWS = new Set(['ticket.opened', 'ticket.raised', 'ticket.reopened', 'ticket.overdue']);
const QUEUES = { waiting: '待接入', mine: '我的', resolved: '已解决' };
const QUEUE_SETTLE_MS = 150;
const KEYS = [['/', '搜索知识库'], ['J / K', '在队列里上下移动'], ['回车', '打开所选工单'], ['Alt+C', '接入'], ['回车 / Ctrl+回车', '发送回复'], ['Alt+1…9', '插入第几条搜索结果'], ['Alt+N', '把输入框内容存为备注'], ['Alt+B', '交还机器人'], ['Alt+R', '解决'], ['Alt+T', '转接'], ['Alt+← / →', '切换会话'], ['Esc', '回到输入框'], ['?', '显示本说明']];

const desk = { session: null, shops: [], shop: '', queue: 'waiting', tickets: { waiting: [], mine: [], resolved: [] }, talks: new Map(), current: null, unread: new Map(), line: null };
let find = null;
let sounds = null;
let settling = null;

// ---- Frame ----

function frame() {
  const shops = el('select', { id: 'shop', 'aria-label': '店铺', onchange: (event) => choose(event.target.value) }, desk.shops.map((shop) => el('option', { value: shop.id }, shop.name)));
  const sound = el('input', { type: 'checkbox', id: 'sound', onchange: (event) => listenFor(event.target.checked) });
  const show = (part) => {
    byId('desk').dataset.show = part;
    for (const button of document.querySelectorAll('.switch button')) button.setAttribute('aria-current', String(button.dataset.part === part));
  };
  desk.show = show;
  find = knowledge({ shop: () => desk.shop, insert: (text, entry) => { current()?.insert(text, entry); show('talks'); } });
  fill(byId('root'), el('div', { class: 'desk', id: 'desk', 'data-show': 'queue' },
    el('header', { class: 'top' },
      el('h1', null, '客服工作台'), shops, el('span', { id: 'line', class: 'row small', role: 'status' }),
      el('span', { class: 'grow' }), el('label', { class: 'small' }, sound, '提示音'),
      el('button', { type: 'button', class: 'plain wide', onclick: help }, '快捷键 ', el('kbd', null, '?')),
      el('span', { class: 'small soft wide' }, desk.session.name), el('button', { type: 'button', class: 'plain', onclick: signOut }, '退出')),
    el('nav', { class: 'queue', 'aria-label': '工单队列' },
      el('div', { class: 'tabs', role: 'tablist', id: 'tabs' }), el('div', { id: 'list' })),
    el('main', { class: 'talks', id: 'talks', 'aria-label': '会话' }),
    find.node,
    el('nav', { class: 'switch', 'aria-label': '切换' }, [['queue', '队列'], ['talks', '会话'], ['know', '知识库']].map(([part, label]) => el('button', { type: 'button', 'data-part': part, 'aria-current': String(part === 'queue'), onclick: () => show(part) }, label)))),
  el('dialog', { id: 'help', 'aria-label': '快捷键' }, el('h2', null, '快捷键'), el('dl', null, KEYS.map(([key, what]) => [el('dt', null, el('kbd', null, key)), el('dd', null, what)])), el('form', { method: 'dialog' }, el('button', { class: 'primary' }, '知道了'))));
  panes();
}

const help = () => byId('help').showModal();

// ---- Queue ----

async function fetchQueue() {
  const ask = (fields) => call('GET', shopPath(desk.shop, `/tickets${query({ limit: 100, ...fields })}`));
  const [waiting, reopened, mine, resolved] = await Promise.all([ask({ state: 'waiting' }), ask({ state: 'reopened' }), ask({ state: 'with_agent', agent: 'me' }), ask({ state: 'resolved', limit: 30 })]);
  const both = [...new Map([...waiting.items, ...reopened.items].map((ticket) => [ticket.id, ticket])).values()].filter((ticket) => ticket.state !== 'with_agent');
  both.sort((a, b) => a.priority - b.priority || a.opened_at.localeCompare(b.opened_at));
  desk.tickets = { waiting: both, mine: mine.items, resolved: resolved.items };
  list();
  return Math.min(waiting.last_event, mine.last_event);
}

function soon() {
  clearTimeout(settling);
  settling = setTimeout(() => fetchQueue().catch(lost), QUEUE_SETTLE_MS);
}

function list() {
  fill(byId('tabs'), Object.entries(QUEUES).map(([id, label]) => el('button', {
    type: 'button', role: 'tab', 'aria-selected': String(desk.queue === id), onclick: () => { desk.queue = id; list(); },
  }, id === 'resolved' ? label : `${label} ${desk.tickets[id].length}`)));
  const items = desk.tickets[desk.queue];
  const focused = document.activeElement?.dataset?.ticket;
  fill(byId('list'), items.length ? items.map(row) : el('p', { class: 'empty' }, desk.queue === 'waiting' ? '没有人在等，喝口水吧' : '这里还没有工单'));
  if (focused) document.querySelector(`.ticket[data-ticket="${CSS.escape(focused)}"]`)?.focus();
  badge();
}

function row(ticket) {
  const late = (new Date(ticket.due_at) - Date.now()) / 1000;
  const unread = desk.unread.get(ticket.conversation) ?? 0;
  return el('button', { type: 'button', class: desk.talks.has(ticket.id) ? 'ticket open' : 'ticket', 'data-ticket': ticket.id, onclick: () => open(ticket.id) },
    el('div', { class: 'row' },
      el('span', { class: ticket.priority <= 1 ? 'tag hot' : ticket.priority <= 3 ? 'tag warm' : 'tag' }, name(REASONS, ticket.reason)),
      ticket.skill ? el('span', { class: 'tag note' }, ticket.skill) : null,
      ticket.reopened ? el('span', { class: 'tag warm' }, `第${ticket.reopened + 1}次`) : null,
      el('span', { class: 'grow' }), unread ? el('span', { class: 'unread' }, `${unread} 条新消息`) : null),
    el('div', { class: 'row small' },
      el('span', { class: 'soft' }, `#${ticket.id.slice(-6).toUpperCase()} · ${name(STATES, ticket.state)} · 等了${duration((Date.now() - new Date(ticket.opened_at)) / 1000)}`)),
    ticket.state === 'resolved' ? null : el('div', { class: 'small' }, late < 0 ? el('span', { class: 'tag hot' }, `已超时 ${duration(-late)}`) : el('span', { class: 'soft' }, `剩 ${duration(late)}`)));
}

function badge() {
  const count = desk.tickets.waiting.length + [...desk.unread.values()].reduce((sum, n) => sum + n, 0);
  document.title = count ? `(${count}) 客服工作台` : '客服工作台';
}

// ---- Talks ----

const current = () => desk.talks.get(desk.current);

async function open(id) {
  if (!desk.talks.has(id)) {
    const talk = pane({ shop: desk.shop, id, session: desk.session, changed: soon, close: () => close(id), focused: () => select(id) });
    desk.talks.set(id, talk);
    try {
      await talk.load();
    } catch (problem) {
      desk.talks.delete(id);
      return lost(problem);
    }
    panes();
  }
  select(id);
  desk.show('talks');
  list();
  current().focus();
}

function close(id) {
  desk.talks.delete(id);
  if (desk.current === id) desk.current = [...desk.talks.keys()].at(-1) ?? null;
  panes();
  list();
}

function select(id) {
  desk.current = id;
  for (const [key, talk] of desk.talks) talk.node.classList.toggle('current', key === id);
  desk.unread.delete(current()?.conversation());
  current()?.node.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  badge();
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
  for (const talk of desk.talks.values()) if (talk.conversation() === conversation) talk.happened(kind, data);
  if (kind === 'message' && data.message.role === 'buyer') {
    const mine = desk.tickets.mine.some((ticket) => ticket.conversation === conversation);
    const looking = current()?.conversation() === conversation && document.hasFocus();
    if (mine && !looking) {
      desk.unread.set(conversation, (desk.unread.get(conversation) ?? 0) + 1);
      beep(660);
      list();
    }
  }
  if (kind.startsWith('ticket.')) soon();
  if (NEWS.has(kind)) beep(880);
}

async function choose(shop) {
  desk.line?.close();
  Object.assign(desk, { shop, current: null });
  desk.talks.clear();
  desk.unread.clear();
  panes();
  find.reset();
  try {
    const after = await fetchQueue();
    desk.line = watch({ url: (seq) => shopPath(shop, `/events${query({ after: seq })}`), after, kinds: KINDS, onEvent: happened, onLine: lineIs });
  } catch (problem) {
    lost(problem);
  }
}

function lineIs(up) {
  fill(byId('line'), el('span', { class: up ? 'dot up' : 'dot', 'aria-hidden': 'true' }), up ? '实时' : '断线重连中');
  if (up) soon();
}

function lost(problem) {
  if (problem.status === 401) return location.reload();
  fill(byId('line'), el('span', { class: 'dot', 'aria-hidden': 'true' }), problem.message ?? '出错了');
}

// Browsers only let a page sound after a click: hence the switch.
function listenFor(on) {
  sounds = on ? sounds ?? new AudioContext() : null;
  beep(880);
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
  if (!desk.session || composing(event) || byId('help')?.open) return;
  const typing = event.target.closest?.('input, textarea, select');
  const digit = /^Digit([1-9])$/.exec(event.code);
  // `code`, not `key`: with Alt held a Mac types other letters.
  const act = event.altKey ? (digit ? () => find.insertNth(Number(digit[1]) - 1) : WITH_ALT[event.code])
    : event.key === 'Escape' ? () => current()?.focus()
      : typing ? null : { '/': find.focus, '?': help, j: () => step(1), k: () => step(-1) }[event.key];
  if (!act || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (event.key === '/') desk.show('know');
  act();
});

async function begin() {
  desk.session = await signedIn(byId('root'), '客服工作台');
  desk.shops = await call('GET', '/v1/shops');
  frame();
  if (desk.shops.length) await choose(desk.shops[0].id);
  else byId('talks').append(el('p', { class: 'empty' }, '这个密钥没有可用的店铺'));
  setInterval(list, 15000);
}

begin();
