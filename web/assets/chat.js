// The buyer's chat: one conversation, kept in this browser, with the bot or a person at the other end.

import { Problem, call, newKey, query, shopPath } from './api.js';
import { bubble, mineBubble, timeLine, toldLine, waitingBubble } from './bubbles.js';
import { byId, composing, el, fill } from './dom.js';
import { watch } from './live.js';

const TIME_GAP_MS = 5 * 60 * 1000;
const POSITION_EVERY_MS = 20000;
const NEAR_END_PX = 80;
const RESTART_MS = 4000;

const shop = decodeURIComponent(location.pathname.split('/').filter(Boolean)[1] ?? '');
const asked = new URLSearchParams(location.search);
const memory = `zhike.chat.${shop}`;
const log = byId('log');
const words = byId('words');

const talk = { id: null, token: null, state: 'bot', agent: '', position: null, ticket: null, lastEvent: 0, lastSeq: -1, lastAt: 0 };
const shown = new Set();
let ready = false;
let view = { name: '在线客服', within_hours: true, hours: '' };
let product = null;
let line = null;
let sending = Promise.resolve();
let inFlight = 0;
let held = [];
let lineUp = true;

// ---- What is remembered ----

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(memory) ?? 'null');
    return kept?.id && kept?.token ? kept : null;
  } catch {
    return null;
  }
}

function remember() {
  try {
    localStorage.setItem(memory, JSON.stringify({ id: talk.id, token: talk.token }));
  } catch {
    // Private windows and blocked frames keep nothing: the talk then lives as long as the page.
  }
}

function forget() {
  try {
    localStorage.removeItem(memory);
  } catch {
    // As above.
  }
}

// ---- Showing ----

function append(node, at) {
  const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  const then = at ? new Date(at).getTime() : Date.now();
  if (Math.abs(then - talk.lastAt) > TIME_GAP_MS) log.append(timeLine(then));
  talk.lastAt = then;
  log.append(node);
  if (near || node.classList.contains('mine')) toEnd();
  else byId('newest').hidden = false;
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
  byId('newest').hidden = true;
}

function show(message) {
  talk.lastSeq = Math.max(talk.lastSeq, message.seq ?? -1);
  if (shown.has(message.id)) return;
  shown.add(message.id);
  if (message.role === 'buyer') append(mineBubble(message.text).node, message.at);
  else if (message.role === 'system') append(toldLine(message.text), message.at);
  else append(bubble(numberedOnce(message), { choose, rate }), message.at);
}

/** A ticket's number is told once; what is asked while it waits joins it. */
function numberedOnce(message) {
  const ticket = message.data?.ticket;
  if (!ticket || ticket !== talk.ticket) {
    talk.ticket = ticket ?? talk.ticket;
    return message;
  }
  return { ...message, data: { ...message.data, ticket: null } };
}

function status() {
  const bar = byId('status');
  const waits = talk.state === 'waiting' || talk.state === 'reopened';
  let text = '';
  if (!lineUp) text = '连接已断开，正在重新连接…';
  else if (waits && !view.within_hours) text = `现在是非人工服务时间（${view.hours || '请稍后再来'}），您的问题已记录，上班后会有人回复；也可以继续问机器人。`;
  else if (waits && talk.position > 0) text = `正在为您转接人工客服，前面还有 ${talk.position} 位，请稍等；也可以继续问机器人。`;
  else if (waits) text = '正在为您转接人工客服，马上就到您了；也可以继续问机器人。';
  else if (talk.state === 'with_agent') text = talk.agent ? `客服 ${talk.agent} 正在为您服务` : '人工客服正在为您服务';
  const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  bar.hidden = !text;
  bar.classList.toggle('good', lineUp && talk.state === 'with_agent');
  if (bar.textContent !== text) bar.textContent = text;
  byId('person').hidden = !ready || waits || talk.state === 'with_agent';
  // The bar takes room from the log.
  if (near) toEnd();
  presence();
}

function presence() {
  const said = view.hours ? `人工服务 ${view.hours}` : '';
  const text = !ready ? '' : inFlight > 0 && talk.state !== 'with_agent' ? '对方正在输入…' : talk.state === 'with_agent' ? '人工客服在线' : ['智能客服在线', said].filter(Boolean).join(' · ');
  const bar = byId('presence');
  // A time is not broken in two, and what is told already is not told again.
  if (bar.textContent !== text) fill(bar, text.split(/(\d+:\d+-\d+:\d+)/).map((part, at) => (at % 2 ? el('span', { class: 'whole' }, part) : part)));
}

function showProduct() {
  const card = byId('product');
  card.hidden = !product;
  if (!product) return;
  const leave = () => {
    product = null;
    showProduct();
    words.focus();
  };
  fill(card,
    el('span', { class: 'thumb', 'aria-hidden': 'true' }, Array.from(product.name)[0] ?? '品'),
    el('div', { class: 'grow' }, el('div', { class: 'small soft' }, `正在咨询 · ${product.id}`), el('div', { class: 'name' }, product.name)),
    el('button', { type: 'button', class: 'plain', 'aria-label': '不再针对这件商品提问', onclick: leave }, '✕'));
}

// ---- Sending ----

function say(text, chosen) {
  const question = text.trim();
  if (!question) return;
  const mine = mineBubble(question);
  append(mine.node);
  const key = newKey();
  const again = () => {
    // Said now: it stands where others see it, behind what was said meanwhile.
    append(mine.node);
    attempt();
  };
  const attempt = () => {
    mine.fate('发送中…');
    const body = { question, chosen: chosen ?? null, product: product?.id ?? null };
    // Whatever befalls one message, the next is sent.
    sending = sending.then(() => deliver(mine, body, key, again)).catch((error) => {
      console.error(error);
      mine.fate('出了点问题，请稍后再试', again);
    });
  };
  // What was said before the talk stands here is moved behind it.
  if (!ready) sending = sending.then(() => append(mine.node));
  attempt();
}

async function deliver(mine, body, key, again) {
  inFlight += 1;
  const waiting = talk.state === 'with_agent' ? null : waitingBubble();
  if (waiting) append(waiting);
  presence();
  try {
    if (!talk.id) await open();
    const sent = await call('POST', shopPath(shop, `/conversations/${encodeURIComponent(talk.id)}/messages`), { token: talk.token, key, body });
    shown.add(sent.message);
    mine.fate('');
    waiting?.remove();
    take(sent);
  } catch (problem) {
    waiting?.remove();
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code === 'question-too-long') return shorten(mine, body.question);
    mine.fate(`${problem.message}${problem.retryAfter ? `（${problem.retryAfter} 秒后）` : ''}`, again);
  } finally {
    inFlight -= 1;
    if (inFlight === 0) {
      const late = held;
      held = [];
      late.forEach(happened);
      if (talk.state === 'waiting' || talk.state === 'reopened') refresh();
    }
    status();
  }
}

/** What is too long goes back into the box: sent again as it is, it would be refused again. */
function shorten(mine, question) {
  mine.node.remove();
  words.value = [question, words.value].filter(Boolean).join('\n');
  fit();
  append(toldLine(`这段话有 ${Array.from(question).length} 个字，太长了，没有发出；已放回输入框，请分几次发送`));
  toEnd();
}

function take({ reply, decision }) {
  if (decision.handoff && talk.state !== 'with_agent' && decision.receipt?.rule !== 'with_agent') {
    talk.state = talk.state === 'reopened' ? 'reopened' : 'waiting';
    view.within_hours = decision.handoff.within_hours;
  }
  if (!reply || !decision.reply) return;
  const data = { decision: decision.decision, options: decision.options, sources: (decision.parts ?? []).flatMap((part) => part.sources ?? []), ticket: decision.handoff?.ticket };
  show({ id: reply, role: 'bot', author: '', text: decision.reply, data, at: new Date().toISOString() });
}

const choose = (option) => say(option.title, option.id);

const rate = (message, verdict, comment) => call('POST', shopPath(shop, '/feedback'), {
  token: talk.token, body: { conversation: talk.id, message, verdict, comment: comment ?? '' },
});

// ---- The talk ----

async function open() {
  const opened = await call('POST', shopPath(shop, '/conversations'), { anonymous: true, key: newKey(), body: { product: asked.get('product') || null, channel: asked.get('channel') || 'web' } });
  Object.assign(talk, { id: opened.id, token: opened.token, state: opened.state, lastEvent: opened.last_event });
  remember();
  const said = await history();
  if (!said) show({ id: `greeting-${opened.id}`, role: 'bot', author: '', text: opened.greeting, data: null });
  listen();
}

/** Fetches what was said since; gives how many messages the talk has. `quiet`: leaves it to the next time where a message is on its way, which would stand here twice. */
async function history(quiet = false) {
  for (;;) {
    const page = await call('GET', shopPath(shop, `/conversations/${encodeURIComponent(talk.id)}/messages${query({ after: talk.lastSeq, limit: 200 })}`), { token: talk.token });
    if (quiet && inFlight > 0) return page.total;
    page.items.forEach(show);
    Object.assign(talk, { state: page.state, position: page.position, lastEvent: page.last_event });
    if (page.items.length < 200) return page.total;
  }
}

async function refresh() {
  if (!talk.id || inFlight > 0) return;
  try {
    const hours = await call('GET', shopPath(shop), { anonymous: true });
    view = { ...view, within_hours: hours.within_hours, hours: hours.hours };
    await history(true);
  } catch {
    // The next round tries again; the status line already tells of a broken line.
  }
  status();
}

function listen() {
  line?.close();
  line = watch({
    url: (after) => shopPath(shop, `/conversations/${encodeURIComponent(talk.id)}/events${query({ after, token: talk.token })}`),
    after: talk.lastEvent,
    kinds: ['message', 'state'],
    onEvent: (event) => (inFlight > 0 ? held.push(event) : happened(event)),
    onLine: (up) => {
      if (up && !lineUp) refresh();
      lineUp = up;
      status();
    },
  });
}

function happened({ kind, data }) {
  if (kind === 'message') show(data.message);
  if (kind === 'message' && data.message.role === 'agent') talk.agent = data.message.author;
  talk.state = data.state ?? talk.state;
  if (kind === 'state') {
    talk.agent = data.agent ?? '';
    if (talk.state === 'waiting' || talk.state === 'reopened') refresh();
  }
  status();
}

async function start() {
  // First of all: what is said meanwhile belongs to this talk.
  const kept = remembered();
  if (kept) Object.assign(talk, kept);
  view = await call('GET', shopPath(shop, query({ product: asked.get('product') })), { anonymous: true });
  product = view.product;
  document.title = `${view.name} · 在线客服`;
  byId('shop').textContent = view.name;
  showProduct();
  byId('quick').hidden = !view.openers.length;
  fill(byId('quick'), view.openers.map((text) => el('button', { type: 'button', onclick: () => say(text) }, text)));
  if (kept) {
    try {
      await history();
      listen();
      return;
    } catch (problem) {
      if (problem.status !== 403 && problem.status !== 404) throw problem;
      forget();
      Object.assign(talk, { id: null, token: null });
    }
  }
  await open();
}

/** Without a shop nobody answers: nothing can be said, and nobody is promised. */
function usable(so) {
  ready = so;
  words.disabled = !so;
  fit();
}

/** Begins once more when what is on its way has arrived or failed. What failed stands nowhere but in the log, and stays. */
function beginAgain() {
  sending = sending.then(async () => {
    const unsent = [...log.querySelectorAll('.line.mine')].filter((node) => node.querySelector('.fate').textContent);
    fill(log);
    shown.clear();
    Object.assign(talk, { lastSeq: -1, lastAt: 0 });
    await begin();
    for (const node of unsent) append(node);
  });
}

async function begin() {
  if (!shop) {
    usable(false);
    append(toldLine('链接里没有店铺，请从店铺的页面打开客服'));
    return;
  }
  try {
    await start();
    usable(true);
  } catch (problem) {
    usable(false);
    const press = (event) => {
      event.currentTarget.disabled = true;
      beginAgain();
    };
    const retry = el('button', { type: 'button', onclick: press }, '重试');
    append(el('div', { class: 'told' }, problem.message ?? '暂时连接不上', ' ', problem.code === 'no-such-shop' ? null : retry));
  }
  status();
  toEnd();
}

// ---- Controls ----

const fit = () => {
  words.style.height = 'auto';
  words.style.height = `${Math.min(words.scrollHeight + 2, 130)}px`;
  byId('send').disabled = !words.value.trim();
};

words.addEventListener('input', fit);
words.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || composing(event)) return;
  event.preventDefault();
  byId('form').requestSubmit();
});
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  say(words.value);
  words.value = '';
  fit();
  words.focus();
});
byId('person').addEventListener('click', () => say('转人工'));
// Asked by a second press: a dialog of a frame in another's page is refused without a word.
let restarting = null;
byId('restart').addEventListener('click', ({ currentTarget: button }) => {
  if (restarting) {
    forget();
    location.reload();
    return;
  }
  const label = button.textContent;
  button.textContent = '再按一次清除';
  restarting = setTimeout(() => {
    restarting = null;
    button.textContent = label;
  }, RESTART_MS);
});
byId('newest').addEventListener('click', toEnd);
log.addEventListener('scroll', () => {
  if (log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX) byId('newest').hidden = true;
});

// iOS lays the keyboard over the page instead of shrinking it: follow what is really visible.
const visible = window.visualViewport;
if (visible) {
  const follow = () => {
    const chat = document.querySelector('.chat');
    const covered = window.innerHeight - visible.height > 60;
    chat.style.height = covered ? `${visible.height}px` : '';
    if (covered) {
      window.scrollTo(0, 0);
      toEnd();
    }
  };
  visible.addEventListener('resize', follow);
}

setInterval(() => {
  if (talk.state === 'waiting' || talk.state === 'reopened') refresh();
}, POSITION_EVERY_MS);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});

sending = begin();
