// The shop at a glance, and the test window.

import { call, query, shopPath } from './api.js';
import { bars, byHour, byHourOfDay, legend } from './charts.js';
import { service } from './console-service.js';
import { el, fault, fill, marked } from './dom.js';
import { OUTCOMES, REASONS, SCRIPTS, duration, entryLabel, name, percent, ruleName } from './words.js';

const count = (rows, key) => rows.find((row) => row.name === key)?.count ?? 0;
/** What people call an entry; scripts have names of ours. */
const entryName = (id, titles) => (id.startsWith('script:') ? `话术：${name(SCRIPTS, id.slice('script:'.length))}` : titles[id] ?? id);
const card = (label, big, small) => el('div', { class: 'card' }, el('div', { class: 'small soft' }, label), el('div', { class: 'big' }, String(big)), el('div', { class: 'small soft' }, small ?? ''));

const PRODUCTS_SETTLE_MS = 200;

// Shops compared at a glance; more are read one by one.
const MOST_SHOPS = 20;

/** All shops side by side, where there are several. */
function allShops(shops, days, choose) {
  if (shops.length < 2) return null;
  const body = el('tbody');
  const line = async (one) => {
    const stats = await call('GET', shopPath(one.id, `/stats${query({ days })}`)).catch(() => null);
    if (!stats) return null;
    const [answer, clarify, handoff] = ['answer', 'clarify', 'handoff'].map((key) => count(stats.outcomes, key));
    const all = answer + clarify + handoff;
    const [up, down] = [count(stats.feedback, 'up'), count(stats.feedback, 'down')];
    const cells = [all, percent(answer, all), percent(clarify, all), percent(handoff, all), percent(down, up + down), stats.waiting.claimed ? duration(stats.waiting.median_s) : '–', stats.waiting.now];
    return el('tr', null, el('th', { scope: 'row' }, el('button', { type: 'button', class: 'plain', onclick: () => choose(one.id) }, one.name)), cells.map((cell) => el('td', { class: 'n' }, String(cell))));
  };
  Promise.all(shops.slice(0, MOST_SHOPS).map(line)).then((rows) => fill(body, rows));
  return el('section', { class: 'card scroll' }, el('h3', null, '各店一览'), el('table', null,
    el('thead', null, el('tr', null, ['店铺', '咨询', '答复', '追问', '转人工', '差评', '等人工', '在等'].map((head, at) => el('th', { scope: 'col', class: at ? 'n' : '' }, head)))), body));
}

/** `#overview?days=7` */
export async function overview({ shop, shops, fields, choose }) {
  const days = Number(fields.get('days')) || 7;
  const stats = await call('GET', shopPath(shop, `/stats${query({ days })}`));
  const [answer, clarify, handoff] = ['answer', 'clarify', 'handoff'].map((key) => count(stats.outcomes, key));
  const all = answer + clarify + handoff;
  const [up, down] = [count(stats.feedback, 'up'), count(stats.feedback, 'down')];
  const reasons = stats.reasons.map((row) => ({ label: name(REASONS, row.name), count: row.count }));
  const used = stats.entries.slice(0, 10).map((row) => ({ label: entryName(row.name, stats.titles), count: row.count }));
  return [
    el('div', { class: 'fields' }, el('label', null, '时间', el('select', { onchange: (event) => { location.hash = `overview?days=${event.target.value}`; } },
      [[1, '今天（24 小时）'], [7, '近 7 天'], [30, '近 30 天'], [90, '近 90 天']].map(([value, label]) => el('option', { value, selected: value === days }, label))))),
    el('div', { class: 'cards' },
      card('咨询', all), card('机器人答复', percent(answer, all), `${answer} 条`), card('追问', percent(clarify, all), `${clarify} 条`), card('转人工', percent(handoff, all), `${handoff} 条`),
      card('差评', percent(down, up + down), `好评 ${up} · 差评 ${down}`), card('等人工', stats.waiting.claimed ? duration(stats.waiting.median_s) : '–', `${stats.waiting.claimed ? `九成在 ${duration(stats.waiting.p90_s)}内 · ` : ''}现在 ${stats.waiting.now} 人在等`)),
    el('section', { class: 'card' }, el('h3', null, days <= 3 ? '每小时咨询量' : '每天咨询量'), byHour(stats.hours, days), legend()),
    days > 1 ? el('section', { class: 'card' }, el('h3', null, '一天里几点问得多'), byHourOfDay(stats.hours), legend()) : null,
    el('div', { class: 'two' },
      el('section', { class: 'card' }, el('h3', null, '为什么转人工'), reasons.length ? bars(reasons) : el('p', { class: 'soft' }, '没有转人工')),
      el('section', { class: 'card' }, el('h3', null, '用得最多的知识'), used.length ? bars(used) : el('p', { class: 'soft' }, '还没有数据'))),
    service(stats, days),
    allShops(shops, days, choose),
  ];
}

/** `#try?question=…`: asks as a buyer would, keeps nothing, shows why. */
export async function tryOut({ shop, fields }) {
  const field = (id, label, attributes, wide) => [id, el('label', { class: wide ? 'wide' : '' }, label, el('input', { name: id, ...attributes }))];
  const inputs = Object.fromEntries([
    field('question', '买家的话', { required: true, value: fields.get('question') ?? '', placeholder: '160 100斤穿什么码' }, true),
    field('product', '商品（编号或名称）', { placeholder: '可不填', list: 'products', autocomplete: 'off', oninput: () => products() }), field('at', '时间', { type: 'datetime-local' }), field('previous', '前面说过的话（用 | 分开）', {}, true),
  ]);
  const out = el('div', { 'aria-live': 'polite' });
  const known = el('datalist', { id: 'products' });
  let settling = null;
  // Typed by name, asked by number.
  const products = () => {
    clearTimeout(settling);
    settling = setTimeout(async () => {
      const found = await call('GET', shopPath(shop, `/search${query({ q: value('product'), kind: 'product', limit: 20 })}`)).catch(() => ({ items: [] }));
      fill(known, found.items.map((hit) => el('option', { value: numberOf(hit) }, hit.title)));
    }, PRODUCTS_SETTLE_MS);
  };
  const value = (id) => inputs[id].querySelector('input').value.trim();
  const numberOf = (hit) => hit.id.replace(/^product:/, '').replace(/#.*$/, '');
  /** The product's number, typed as such or as a name; a name that tells none is a fault. */
  const product = async () => {
    const typed = value('product');
    if (!typed) return null;
    const found = await call('GET', shopPath(shop, `/search${query({ q: typed, kind: 'product', limit: 50 })}`));
    const numbers = [...new Set(found.items.filter((hit) => numberOf(hit) === typed || hit.title === typed).map(numberOf))];
    const all = [...new Set(found.items.map(numberOf))];
    const one = numbers.length === 1 ? numbers[0] : all.length === 1 ? all[0] : null;
    if (!one) throw new Error(all.length ? `「${typed}」像好几件商品，请从列表里选一件，或填编号` : `没有叫「${typed}」的商品，请从列表里选，或留空`);
    // What was typed since stays.
    if (value('product') === typed) inputs.product.querySelector('input').value = one;
    return one;
  };
  let turn = 0;
  const ask = async (event) => {
    event?.preventDefault();
    turn += 1;
    const mine = turn;
    const show = (node) => { if (mine === turn) fill(out, node); };
    try {
      const body = { question: value('question'), product: await product(), at: value('at') || null, previous: value('previous').split('|').map((text) => text.trim()).filter(Boolean), explain: true };
      show(decided(await call('POST', shopPath(shop, '/answer'), { body })));
    } catch (problem) {
      show(fault(problem));
    }
  };
  if (fields.get('question')) ask();
  products();
  return [el('form', { class: 'fields', onsubmit: ask }, Object.values(inputs), known, el('button', { class: 'primary' }, '提问')), out];
}

function decided(decision) {
  const tone = { answer: 'good', clarify: 'warm', handoff: 'hot' }[decision.decision];
  return [
    el('section', { class: 'card' },
      el('div', { class: 'row' }, el('span', { class: `tag ${tone}` }, name(OUTCOMES, decision.decision)), decision.handoff ? el('span', { class: 'tag' }, name(REASONS, decision.handoff.reason)) : null,
        el('span', { class: 'small soft' }, `把握 ${Math.round(decision.confidence * 100)}% · ${ruleName(decision.receipt.rule)} · ${(decision.took_us / 1000).toFixed(1)} 毫秒 · 版本 ${decision.receipt.snapshot}`)),
      el('p', { class: 'pre' }, decision.reply),
      decision.options.map((option) => el('span', { class: 'tag note' }, option.title)),
      decision.parts.flatMap((part) => part.sources).map((source) => el('div', { class: 'small' }, el('b', null, source.title), ` ${source.file}:${source.row}`, el('p', { class: 'pre' }, marked(source.snippet, source.highlights))))),
    el('section', { class: 'card scroll' }, el('h3', null, '候选'), el('table', null, el('thead', null, el('tr', null, ['条目', '标题', '得分', '把握'].map((head, at) => el('th', { scope: 'col', class: at > 1 ? 'n' : '' }, head)))),
      el('tbody', null, decision.candidates.map((candidate) => el('tr', null, el('td', { title: candidate.id }, entryLabel(candidate.id)), el('td', null, candidate.title), el('td', { class: 'n' }, candidate.score.toFixed(2)), el('td', { class: 'n' }, `${Math.round(candidate.confidence * 100)}%`)))))),
    decision.trace ? traced(decision.trace) : null,
  ];
}

const GUARDS = { volatile: name(REASONS, 'volatile_fact'), child: '给孩子用', missent: '少件或发错', elsewhere: '别家的东西' };

/** What kept the question from being ranked. */
function guarded(guards) {
  const met = Object.entries(guards ?? {}).filter(([, holds]) => holds).map(([what]) => GUARDS[what] ?? name(REASONS, what));
  return met.length ? el('p', { class: 'small' }, '护栏：', met.map((what) => [el('span', { class: 'tag warm' }, what), ' '])) : null;
}

/** Entries that were found and do not apply, with the condition that failed. */
const CONDITIONS = { products: '适用商品不符', categories: '适用类目不符', order_states: '订单状态不符', keywords: '没有说到关键词', window: '不在有效期内' };

/** Why a rule on the same topic was not told. */
const OVERRIDDEN = { less_specific: '有更具体的规则', weaker_than_floor: '低于法律或平台的规定', lower_score: '同层里另一条更贴切' };

/** What became of one question of the message, and what it had to reach. */
function outcome({ decision, thresholds, margin }) {
  if (!decision) return null;
  const of = [`${name(OUTCOMES, decision.outcome)}（${ruleName(decision.rule)}）`, `把握 ${percent(decision.confidence, 1)}`];
  if (decision.reason) of.push(`原因：${name(REASONS, decision.reason)}`);
  if (typeof thresholds?.answer === 'number') of.push(`直接答要 ${percent(thresholds.answer, 1)}，给选项要 ${percent(thresholds.clarify, 1)}`);
  if (typeof margin?.over_second === 'number') of.push(`比第二名高 ${margin.over_second.toFixed(2)} 分，比后三名平均高 ${margin.over_next_three.toFixed(2)} 分`);
  return el('p', { class: 'small' }, el('b', null, '结论：'), of.join(' · '));
}

const listed = (head, items) => (items?.length ? el('div', { class: 'small' }, el('b', null, head), el('ul', null, items.map((item) => el('li', null, item)))) : null);

/** How the decision came about: each question of the message with its words and what was found, then all of it. */
function traced(trace) {
  return el('section', { class: 'card' }, el('h3', null, '推理过程'),
    (trace.pieces ?? []).map((piece) => el('div', { class: 'piece' },
      el('p', null, el('b', null, piece.question ?? ''), piece.normalised && piece.normalised !== piece.question ? el('span', { class: 'soft' }, ` 读作：${piece.normalised}`) : null),
      piece.read_with?.length ? el('p', { class: 'small soft' }, `连同前文：${[piece.read_with].flat().join(' / ')}`) : null,
      piece.words?.length ? el('p', { class: 'small' }, piece.words.map((word) => [el('span', { class: 'tag' }, word), ' '])) : null,
      guarded(piece.guards),
      piece.measures?.length ? el('p', { class: 'small' }, '听懂的尺寸：', piece.measures.map((measure) => `${measure.name} ${measure.written}`).join('，')) : null,
      piece.subject ? el('p', { class: 'small' }, `认出的商品：${[piece.subject.product ?? piece.subject.products].flat().join('、')}`) : null,
      piece.proposal ? el('p', { class: 'small' }, `按商品和尺码资料：${ruleName(piece.proposal.rule)}，把握 ${Math.round(piece.proposal.confidence * 100)}%`) : null,
      piece.candidates?.length ? el('div', { class: 'scroll' }, el('table', null,
        el('thead', null, el('tr', null, ['条目', '最像的说法', '字面', '语义', '意图', '把握'].map((head, at) => el('th', { scope: 'col', class: at > 1 ? 'n' : '' }, head)))),
        el('tbody', null, piece.candidates.map((candidate) => el('tr', null, el('td', { title: candidate.id }, entryLabel(candidate.id)), el('td', null, candidate.matched ?? ''), ['lexical', 'dense', 'intent'].map((feature) => el('td', { class: 'n' }, candidate.features?.[feature]?.toFixed?.(2) ?? '–')), el('td', { class: 'n' }, `${Math.round(candidate.confidence * 100)}%`)))))) : null,
      listed('条件不符，没有用：', piece.failed?.map((entry) => [entryLabel(entry.id), `：${CONDITIONS[entry.condition] ?? entry.condition}`])),
      listed('同一件事里让位的规则：', piece.overridden?.map((rule) => [entryLabel(rule.id), '：', OVERRIDDEN[rule.why] ?? rule.why, '，改用 ', entryLabel(rule.by)])),
      outcome(piece))),
    el('details', null, el('summary', null, '全部细节（给技术人员看）'), el('pre', null, JSON.stringify(trace, null, 2))));
}
