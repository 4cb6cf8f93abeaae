// Keys and the audit log.

import { call, newKey, query } from './api.js';
import { el, fill } from './dom.js';
import { ACTIONS, SCOPES, fullTime, name } from './words.js';

const table = (heads, rows) => el('div', { class: 'card scroll' }, el('table', null, el('thead', null, el('tr', null, heads.map((head) => el('th', { scope: 'col' }, head)))), el('tbody', null, rows)));

/** Keys: made, shown once, taken back. */
export async function accounts({ shops, session, redraw }) {
  const page = await call('GET', '/v1/keys?limit=200');
  const out = el('div', { 'aria-live': 'polite' });
  const owner = el('input', { required: true, maxlength: '40', placeholder: '小云' });
  const scope = el('select', null, ['desk', 'knowledge', 'admin', 'ask'].map((value) => el('option', { value }, SCOPES[value])));
  const shop = el('select', null, el('option', { value: '*' }, '全部店铺'), shops.map((one) => el('option', { value: one.id }, one.name)));
  const failed = (problem) => fill(out, el('p', { class: 'notice bad' }, problem.message, problem.detail ? `（${problem.detail}）` : ''));
  const make = async (event) => {
    event.preventDefault();
    try {
      const made = await call('POST', '/v1/keys', { key: newKey(), body: { name: owner.value.trim(), scopes: [scope.value], shops: [shop.value] } });
      fill(out, el('div', { class: 'notice good' }, `${made.name} 的密钥，只显示这一次：`, el('pre', null, made.secret ?? ''), el('button', { type: 'button', onclick: redraw }, '已保存')));
    } catch (problem) {
      failed(problem);
    }
  };
  const shopName = (id) => (id === '*' ? '全部店铺' : shops.find((one) => one.id === id)?.name ?? id);
  const revoke = async (key) => {
    const own = key.id === session.id ? '这是您现在登录用的密钥，吊销后您会退出。' : '';
    if (!confirm(`吊销 ${key.name} 的密钥？已登录的页面也会失效。${own}`)) return;
    await call('DELETE', `/v1/keys/${encodeURIComponent(key.id)}`).then(redraw, failed);
  };
  return [
    el('form', { class: 'fields card', onsubmit: make }, el('label', null, '给谁（买家会看到客服名）', owner), el('label', null, '权限', scope), el('label', null, '店铺', shop), el('button', { class: 'primary' }, '新建密钥')), out,
    table(['名称', '权限', '店铺', '创建', ''], page.items.map((key) => el('tr', null, el('td', null, key.name, key.id === session.id ? el('span', { class: 'tag good' }, '您') : null), el('td', null, key.scopes.map((one) => name(SCOPES, one)).join('、')), el('td', null, key.shops.map(shopName).join('、')), el('td', { class: 'small' }, `${fullTime(key.created_at)} ${key.created_by}`),
      el('td', null, key.revoked_at ? el('span', { class: 'soft' }, '已吊销') : el('button', { type: 'button', class: 'danger', onclick: () => revoke(key) }, '吊销'))))),
  ];
}

/** Ids are for programs: their end is enough to tell them apart. */
const short = (target) => (/^[0-9a-f-]{36}$/.test(target) ? `#${target.slice(-6).toUpperCase()}` : target);

/** Who changed what. */
export async function auditLog({ shops, fields }) {
  const offset = Number(fields.get('offset')) || 0;
  const page = await call('GET', `/v1/audit${query({ limit: 100, offset })}`);
  return [
    table(['时间', '谁', '做了什么', '店铺', '对象', '说明'], page.items.map((line) => el('tr', null, el('td', { class: 'small' }, fullTime(line.at)), el('td', null, line.actor), el('td', null, name(ACTIONS, line.action)), el('td', null, shops.find((one) => one.id === line.shop)?.name ?? line.shop), el('td', { class: 'small', title: line.target }, short(line.target)), el('td', { class: 'small' }, line.detail)))),
    offset + page.items.length < page.total ? el('a', { href: `#audit?offset=${offset + 100}` }, '更早的记录') : null,
  ];
}
