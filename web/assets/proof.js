// The proof of a reply, to be printed: what was asked (masked), what was said, from which file and row of which day.

import { call, shopPath } from './api.js';
import { el } from './dom.js';
import { ruleName } from './words.js';

/** A button that shows the proof of the reply to `message`. */
export const proofButton = (shop, conversation, message) => el('button', {
  type: 'button', class: 'plain small', onclick: (event) => showProof(shop, conversation, message, event.currentTarget),
}, '打印凭据');

async function showProof(shop, conversation, message, pressed) {
  let kept;
  try {
    kept = await call('GET', shopPath(shop, `/conversations/${encodeURIComponent(conversation)}/messages/${encodeURIComponent(message)}/proof`));
  } catch (problem) {
    pressed.textContent = problem.status === 404 ? '这条没有凭据' : problem.message;
    return;
  }
  const box = el('dialog', { class: 'proof', 'aria-label': '答复凭据', onclose: () => { box.remove(); pressed.focus(); } },
    page(kept),
    el('div', { class: 'row tools' },
      el('button', { type: 'button', class: 'primary', onclick: () => window.print() }, '打印'),
      el('button', { type: 'button', onclick: () => download(kept, message) }, '下载（zhike replay 可核对）'),
      el('button', { type: 'button', onclick: () => box.close() }, '关闭')));
  document.body.append(box);
  box.showModal();
}

/** A moment in the shop's own time zone. */
function moment(at, timeZone) {
  if (!at) return '';
  const parts = { timeZone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' };
  try {
    return `${new Date(at).toLocaleString('zh-CN', parts)}（${timeZone}）`;
  } catch {
    return new Date(at).toISOString();
  }
}

function page({ shop_name: shopName, timezone, said_at: saidAt, published_at: publishedAt, decision, proof }) {
  const asked = proof.question;
  const rows = [
    ['店铺', `${shopName || proof.shop}（${proof.shop}）`],
    ['时间', moment(saidAt, timezone)],
    ...(asked.previous ?? []).map((earlier) => ['此前', earlier]),
    ['提问', asked.text],
    asked.product ? ['商品', asked.product] : null,
    asked.order ? ['订单', asked.order] : null,
    ['答复', decision.reply],
    ...decision.parts.flatMap((part) => part.sources).map((source) => ['出处', [
      `${source.title}：${source.file} 第 ${source.row} 行${source.valid_until ? `，有效期至 ${source.valid_until}` : ''}`,
      el('blockquote', null, source.snippet),
    ]]),
    ['快照', `${decision.receipt.snapshot}${publishedAt ? `，${moment(publishedAt, timezone)} 发布` : ''}`],
    ['清单', proof.manifest],
    ['规则', `${ruleName(decision.receipt.rule)}（zhike ${proof.version}，规则版本 ${proof.rules}）`],
    ['封印', proof.seal],
  ];
  return el('article', null, el('h2', null, '答复凭据'),
    el('dl', null, rows.filter(Boolean).map(([head, what]) => [el('dt', null, head), el('dd', { class: 'pre' }, what)])),
    el('p', { class: 'small soft' }, '买家的个人信息已隐去。封印由提问、答复、出处和快照算出，改动其中一字都对不上。'));
}

function download(kept, message) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 2)], { type: 'application/json' }));
  el('a', { href: url, download: `凭据-${message}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
