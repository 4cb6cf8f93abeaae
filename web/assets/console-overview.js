// The shop at a glance, and the test window.

import { call, query, shopPath } from './api.js';
import { bars, byHour, legend } from './charts.js';
import { el, fill, marked } from './dom.js';
import { OUTCOMES, REASONS, duration, name, percent } from './words.js';

const count = (rows, key) => rows.find((row) => row.name === key)?.count ?? 0;
const card = (label, big, small) => el('div', { class: 'card' }, el('div', { class: 'small soft' }, label), el('div', { class: 'big' }, String(big)), el('div', { class: 'small soft' }, small ?? ''));

/** `#overview?days=7` */
export async function overview({ shop, fields }) {
  const days = Number(fields.get('days')) || 7;
  const stats = await call('GET', shopPath(shop, `/stats${query({ days })}`));
  const [answer, clarify, handoff] = ['answer', 'clarify', 'handoff'].map((key) => count(stats.outcomes, key));
  const all = answer + clarify + handoff;
  const [up, down] = [count(stats.feedback, 'up'), count(stats.feedback, 'down')];
  const reasons = stats.reasons.map((row) => ({ label: name(REASONS, row.name), count: row.count }));
  const used = stats.entries.slice(0, 10).map((row) => ({ label: stats.titles[row.name] ?? row.name, count: row.count }));
  return [
    el('div', { class: 'fields' }, el('label', null, '时间', el('select', { onchange: (event) => { location.hash = `overview?days=${event.target.value}`; } },
      [[1, '今天（24 小时）'], [7, '近 7 天'], [30, '近 30 天'], [90, '近 90 天']].map(([value, label]) => el('option', { value, selected: value === days }, label))))),
    el('div', { class: 'cards' },
      card('咨询', all), card('机器人答复', percent(answer, all), `${answer} 条`), card('追问', percent(clarify, all), `${clarify} 条`), card('转人工', percent(handoff, all), `${handoff} 条`),
      card('差评', percent(down, up + down), `好评 ${up} · 差评 ${down}`), card('等人工', duration(stats.waiting.median_s), `九成在 ${duration(stats.waiting.p90_s)} 内 · 现在 ${stats.waiting.now} 人在等`)),
    el('section', { class: 'card' }, el('h3', null, '咨询量'), byHour(stats.hours, days), legend()),
    el('div', { class: 'two' },
      el('section', { class: 'card' }, el('h3', null, '为什么转人工'), reasons.length ? bars(reasons) : el('p', { class: 'soft' }, '没有转人工')),
      el('section', { class: 'card' }, el('h3', null, '用得最多的知识'), used.length ? bars(used) : el('p', { class: 'soft' }, '还没有数据'))),
  ];
}

/** `#try?question=…`: asks as a buyer would, keeps nothing, shows why. */
export async function tryOut({ shop, fields }) {
  const field = (id, label, attributes, wide) => [id, el('label', { class: wide ? 'wide' : '' }, label, el('input', { name: id, ...attributes }))];
  const inputs = Object.fromEntries([
    field('question', '买家的话', { required: true, value: fields.get('question') ?? '', placeholder: '160 100斤穿什么码' }, true),
    field('product', '商品编号', { placeholder: '可不填' }), field('at', '时间', { type: 'datetime-local' }), field('previous', '前面说过的话（用 | 分开）', {}, true),
  ]);
  const out = el('div', { 'aria-live': 'polite' });
  const value = (id) => inputs[id].querySelector('input').value.trim();
  const ask = async (event) => {
    event?.preventDefault();
    try {
      const body = { question: value('question'), product: value('product') || null, at: value('at') || null, previous: value('previous').split('|').map((text) => text.trim()).filter(Boolean), explain: true };
      fill(out, decided(await call('POST', shopPath(shop, '/answer'), { body })));
    } catch (problem) {
      fill(out, el('p', { class: 'notice bad' }, problem.message));
    }
  };
  if (fields.get('question')) ask();
  return [el('form', { class: 'fields', onsubmit: ask }, Object.values(inputs), el('button', { class: 'primary' }, '提问')), out];
}

function decided(decision) {
  const tone = { answer: 'good', clarify: 'warm', handoff: 'hot' }[decision.decision];
  return [
    el('section', { class: 'card' },
      el('div', { class: 'row' }, el('span', { class: `tag ${tone}` }, name(OUTCOMES, decision.decision)), decision.handoff ? el('span', { class: 'tag' }, name(REASONS, decision.handoff.reason)) : null,
        el('span', { class: 'small soft' }, `把握 ${Math.round(decision.confidence * 100)}% · 规则 ${decision.receipt.rule} · ${(decision.took_us / 1000).toFixed(1)} 毫秒 · 版本 ${decision.receipt.snapshot}`)),
      el('p', { class: 'pre' }, decision.reply),
      decision.options.map((option) => el('span', { class: 'tag note' }, option.title)),
      decision.parts.flatMap((part) => part.sources).map((source) => el('div', { class: 'small' }, el('b', null, source.title), ` ${source.file}:${source.row}`, el('p', { class: 'pre' }, marked(source.snippet, source.highlights))))),
    el('section', { class: 'card scroll' }, el('h3', null, '候选'), el('table', null, el('thead', null, el('tr', null, ['条目', '标题', '得分', '把握'].map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', null, decision.candidates.map((candidate) => el('tr', null, el('td', null, candidate.id), el('td', null, candidate.title), el('td', { class: 'n' }, candidate.score.toFixed(2)), el('td', { class: 'n' }, `${Math.round(candidate.confidence * 100)}%`)))))),
    decision.trace ? el('details', { class: 'card' }, el('summary', null, '推理过程'), el('pre', null, JSON.stringify(decision.trace, null, 2))) : null,
  ];
}
