// Keys and the audit log.

import { call, newKey, query } from './api.js';
import { copyButton, el, fault, fill } from './dom.js';
import { ACTIONS, ACTORS, RESULTS, SCOPES, fullTime, name, ticketNumber, why } from './words.js';

/** A table whose rows are cards on a phone: each cell is named by its head there. */
const table = (heads, rows) => el('div', { class: 'card scroll' }, el('table', { class: 'cardlike' }, el('thead', null, el('tr', null, heads.map((head) => el('th', { scope: 'col' }, head)))),
  el('tbody', null, rows.map((cells) => el('tr', null, heads.map((head, at) => el('td', { 'data-label': head }, cells[at])))))));
const small = (text, title) => el('span', { class: 'small', title }, text);

/** Keys: made, shown once, taken back. */
export async function accounts({ shops, session, redraw }) {
  const page = await call('GET', '/v1/keys?limit=200');
  const out = el('div', { 'aria-live': 'polite' });
  const owner = el('input', { required: true, maxlength: '40', placeholder: '小云' });
  const scope = el('select', null, ['desk', 'knowledge', 'admin', 'ask'].map((value) => el('option', { value }, SCOPES[value])));
  const shop = el('select', null, el('option', { value: '*' }, '全部店铺'), shops.map((one) => el('option', { value: one.id }, one.name)));
  const told = el('div', { 'aria-live': 'polite' });
  const failed = (problem) => fill(told, fault(problem));
  const button = el('button', { class: 'primary' }, '新建密钥');
  const make = async (event) => {
    event.preventDefault();
    // The second press of a double click finds it disabled, then no name.
    if (button.disabled) return;
    button.disabled = true;
    fill(told);
    try {
      const made = await call('POST', '/v1/keys', { key: newKey(), body: { name: owner.value.trim(), scopes: [scope.value], shops: [shop.value] } });
      owner.value = '';
      const saved = (press) => {
        press.currentTarget.closest('.notice').remove();
        // Another secret may still stand there, to be saved.
        if (!out.children.length) redraw();
      };
      out.append(el('div', { class: 'notice good' }, `${made.name} 的密钥，只显示这一次：`, el('pre', null, made.secret ?? ''), el('div', { class: 'row' }, copyButton(made.secret ?? ''), el('button', { type: 'button', onclick: saved }, '已保存'))));
    } catch (problem) {
      failed(problem);
    }
    button.disabled = false;
  };
  const shopName = (id) => (id === '*' ? '全部店铺' : shops.find((one) => one.id === id)?.name ?? id);
  const gone = () => el('span', { class: 'soft' }, '已吊销');
  const revoke = async (key, pressed) => {
    const own = key.id === session.id ? '这是您现在登录用的密钥，吊销后您会退出。' : '';
    if (!confirm(`吊销 ${key.name} 的密钥？已登录的页面也会失效。${own}`)) return;
    // The page stays as it is: a new secret on it is shown this once.
    await call('DELETE', `/v1/keys/${encodeURIComponent(key.id)}`).then(() => (own ? redraw() : pressed.replaceWith(gone())), failed);
  };
  return [
    el('form', { class: 'fields card', onsubmit: make }, el('label', null, '给谁（买家会看到客服名）', owner), el('label', null, '权限', scope), el('label', null, '店铺', shop), button), told, out,
    table(['名称', '权限', '店铺', '创建', '操作'], page.items.map((key) => [
      [key.name, key.id === session.id ? el('span', { class: 'tag good' }, '您') : null], key.scopes.map((one) => name(SCOPES, one)).join('、'), key.shops.map(shopName).join('、'), small(`${fullTime(key.created_at)} ${name(ACTORS, key.created_by)}`),
      key.revoked_at ? gone() : el('button', { type: 'button', class: 'danger', onclick: (event) => revoke(key, event.currentTarget) }, '吊销')])),
  ];
}

/** Ids are for programs: their end is enough to tell them apart. */
const short = (target) => (/^[0-9a-f-]{36}$/.test(target) ? `#${ticketNumber(target)}` : target);

/** What a line of the log adds, for people: the server writes it for programs, `小李: desk for *`, `published (forced) 双11`. */
function added({ action, detail }, shopName) {
  const key = action === 'key.create' && /^(.*): ([a-z ]+) for (.+)$/s.exec(detail);
  if (key) return `${name(ACTORS, key[1])}：${key[2].split(' ').map((one) => name(SCOPES, one)).join('、')}，${key[3].split(' ').map(shopName).join('、')}`;
  const built = action === 'rebuild' && /^(published|unchanged|refused|faulty|failed)( \(forced\))?(?: (.+))?$/s.exec(detail);
  if (built) return [built[1] === 'failed' ? '重建失败' : name(RESULTS, built[1]), built[2] ? '越过把关' : '', why(built[3] ?? '')].filter(Boolean).join(' · ');
  return why(detail);
}

/** Who changed what. */
export async function auditLog({ shops, fields }) {
  const offset = Number(fields.get('offset')) || 0;
  const page = await call('GET', `/v1/audit${query({ limit: 100, offset })}`);
  const shopName = (id) => (id === '*' ? '全部店铺' : shops.find((one) => one.id === id)?.name ?? id);
  return [
    table(['时间', '谁', '做了什么', '店铺', '对象', '说明'], page.items.map((line) => [
      small(fullTime(line.at)), name(ACTORS, line.actor), name(ACTIONS, line.action), shopName(line.shop), line.target ? small(short(line.target), line.target) : null, line.detail ? small(added(line, shopName)) : null])),
    offset + page.items.length < page.total ? el('a', { href: `#audit?offset=${offset + 100}` }, '更早的记录') : null,
  ];
}
