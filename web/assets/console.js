// The merchant's console: one section at a time, chosen by the address's hash.

import { call } from './api.js';
import { accounts, auditLog } from './console-keys.js';
import { entries, lessons, unanswered } from './console-knowledge.js';
import { overview, tryOut } from './console-overview.js';
import { findings, versions } from './console-versions.js';
import { byId, el, fault, fill, keep, kept } from './dom.js';
import { couldNotBegin, signOut, signedIn } from './signin.js';

const SECTIONS = {
  overview: ['概览', overview], unanswered: ['未答问题', unanswered], lessons: ['待学习', lessons], entries: ['知识条目', entries],
  try: ['测试窗口', tryOut], findings: ['文件检查', findings], versions: ['重建与版本', versions], keys: ['密钥', accounts], audit: ['操作记录', auditLog],
};
const ADMIN = new Set(['keys', 'audit']);
const KEEPS = new Set(['knowledge', 'admin']);

const SHOP = 'zhike.console.shop';

const at = { session: null, shops: [], shop: '' };
let turn = 0;

function frame() {
  const admin = at.session.scopes.includes('admin');
  if (!at.session.scopes.some((scope) => KEEPS.has(scope))) return desksOnly();
  const shown = Object.entries(SECTIONS).filter(([id]) => admin || !ADMIN.has(id));
  fill(byId('root'), el('div', { class: 'console' },
    el('button', { type: 'button', class: 'skip', onclick: () => byId('page').focus() }, '跳到内容'),
    el('header', { class: 'top' }, el('h1', { class: 'brand' }, '商家控制台'),
      el('select', { id: 'shop', 'aria-label': '店铺', onchange: (event) => choose(event.target.value) }, at.shops.map((shop) => el('option', { value: shop.id }, shop.name))),
      el('span', { class: 'grow' }), el('a', { href: '/desk' }, '工作台'), el('a', { id: 'chat', target: '_blank', rel: 'noopener' }, '买家页'),
      el('span', { class: 'small soft wide' }, at.session.name), el('button', { type: 'button', class: 'plain', onclick: signOut }, '退出')),
    el('nav', { class: 'sections', 'aria-label': '栏目' }, shown.map(([id, [label]]) => el('a', { href: `#${id}` }, label))),
    el('main', { class: 'page', id: 'page', tabindex: '-1' })));
}

/** Agents' keys open no console: the way to where they work. */
function desksOnly() {
  fill(byId('root'), el('main', { class: 'signin' }, el('h1', null, '这个密钥不能打开控制台'), el('p', { class: 'soft' }, `${at.session.name}，您的密钥没有「知识管理」权限。客服请到工作台；需要权限请找管理员。`),
    el('p', { class: 'row' }, el('a', { class: 'button', href: '/desk' }, '去工作台'), el('button', { type: 'button', onclick: signOut }, '换个密钥登录'))));
  return false;
}

function choose(shop) {
  at.shop = shop;
  keep(SHOP, shop);
  byId('shop').value = shop;
  show();
}

/** Draws the section of the hash: `#section` or `#section?field=…`. */
async function show() {
  turn += 1;
  const mine = turn;
  const [hash, fields] = location.hash.slice(1).split('?');
  const id = hash in SECTIONS ? hash : 'overview';
  const [title, draw] = SECTIONS[id];
  for (const link of document.querySelectorAll('.sections a')) {
    if (link.hash === `#${id}`) {
      link.setAttribute('aria-current', 'page');
      // On a phone the sections lie in one row that scrolls.
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    else link.removeAttribute('aria-current');
  }
  byId('chat').href = `/chat/${encodeURIComponent(at.shop)}`;
  document.title = `${title} · 商家控制台`;
  const body = el('div', null, el('p', { class: 'soft', role: 'status' }, '正在读取…'));
  fill(byId('page'), el('h2', null, title), body);
  try {
    const nodes = await draw({ shop: at.shop, shops: at.shops, session: at.session, fields: new URLSearchParams(fields), redraw: show, choose });
    if (mine === turn) fill(body, nodes);
  } catch (problem) {
    if (mine !== turn) return;
    if (problem.status === 401) location.reload();
    fill(body, fault(problem), el('button', { type: 'button', onclick: show }, '重试'));
  }
}

async function begin() {
  at.session = await signedIn(byId('root'), '商家控制台');
  at.shops = await call('GET', '/v1/shops');
  at.shop = (at.shops.find((shop) => shop.id === kept(SHOP)) ?? at.shops[0])?.id ?? '';
  if (frame() === false) return;
  window.addEventListener('hashchange', show);
  if (at.shop) choose(at.shop);
  else fill(byId('page'), el('p', { class: 'notice warn' }, '这个密钥没有可用的店铺'));
}

begin().catch(couldNotBegin(byId('root')));
