// What could not be answered, what may be learned, and the entries.

import { call, query, shopPath } from './api.js';
import { addPhrasing, draftEntry } from './console-change.js';
import { el, fill, marked } from './dom.js';
import { KINDS, LAYERS, LESSONS, fullTime, name } from './words.js';

const USED_DAYS = 30;

/** Clusters of questions, each one click from an entry; those that were mended since stand at the end. */
export async function unanswered({ shop }) {
  const page = await call('GET', shopPath(shop, `/unanswered${query({ days: 30, limit: 50 })}`));
  if (!page.items.length) return el('p', { class: 'notice good' }, '近 30 天没有答不上来的问题');
  const mended = page.items.filter((cluster) => cluster.now === 'answer');
  const left = page.items.filter((cluster) => cluster.now !== 'answer');
  return [
    el('p', { class: 'soft' }, `近 30 天共 ${page.total} 组，问得最多的在前。`),
    left.length ? left.map((cluster) => clusterCard(shop, cluster)) : el('p', { class: 'notice good' }, '这些问题现在都能答了'),
    mended.length ? el('details', null, el('summary', null, `现在已经能答的 ${mended.length} 组`), mended.map((cluster) => clusterCard(shop, cluster))) : null,
  ];
}

function clusterCard(shop, cluster) {
  const out = el('div');
  const wordings = [...new Set([cluster.question, ...cluster.examples])];
  return el('section', { class: 'card', 'aria-label': cluster.question },
    el('div', { class: 'row' }, el('span', { class: 'tag hot' }, `${cluster.count} 次`), el('b', { class: 'grow' }, cluster.question), el('span', { class: 'small soft' }, `最近 ${fullTime(cluster.last_at)}`)),
    cluster.examples.length ? el('p', { class: 'small soft' }, cluster.examples.join(' · ')) : null,
    el('div', { class: 'row' }, el('button', { type: 'button', onclick: () => addPhrasing({ shop, wordings, out }) }, '加为某条的相似问题'), el('button', { type: 'button', onclick: () => draftEntry({ shop, wordings, out }) }, '起草新条目'),
      el('a', { class: 'button', href: `#try?question=${encodeURIComponent(cluster.question)}` }, '试问一次')), out);
}

/** Labelled questions: taken over or refused by a person. */
export async function lessons({ shop, redraw }) {
  const page = await call('GET', shopPath(shop, '/learning?state=open&limit=100'));
  if (!page.items.length) return el('p', { class: 'notice good' }, '没有等待确认的学习内容');
  const told = el('p', { role: 'status', class: 'small' });
  const decide = (lesson, what) => async () => {
    try {
      await call('POST', shopPath(shop, `/learning/${encodeURIComponent(lesson.id)}/${what}`), { body: {} });
      redraw();
    } catch (problem) {
      told.textContent = problem.message;
    }
  };
  // An answer becomes a change to the files; without one there is only the person's word for it.
  const take = (lesson, out) => {
    const wordings = [lesson.question];
    if (lesson.entry?.startsWith('faq:')) addPhrasing({ shop, wordings, out, lesson: lesson.id, entry: lesson.entry });
    else if (lesson.reply) draftEntry({ shop, wordings, answer: lesson.reply, out, lesson: lesson.id });
    else decide(lesson, 'accept')();
  };
  const card = (lesson, out) => el('section', { class: 'card' },
    el('div', { class: 'row' }, el('span', { class: 'tag note' }, name(LESSONS, lesson.kind)), el('b', { class: 'grow' }, lesson.question), el('span', { class: 'small soft' }, fullTime(lesson.at))),
    el('p', { class: 'pre' }, '→ ', lesson.entry ?? lesson.reply ?? ''),
    el('div', { class: 'row' }, el('button', { type: 'button', class: 'primary', onclick: () => take(lesson, out) }, '采纳'), el('button', { type: 'button', onclick: decide(lesson, 'reject') }, '拒绝')), out);
  return [told, page.items.map((lesson) => card(lesson, el('div')))];
}

/** All entries, searched, with how often each was quoted. */
export async function entries({ shop }) {
  const stats = await call('GET', shopPath(shop, `/stats${query({ days: USED_DAYS })}`)).catch(() => ({ entries: [] }));
  const used = new Map(stats.entries.map((row) => [row.name, row.count]));
  const words = el('input', { type: 'search', placeholder: '词、拼音、首字母', oninput: () => run(0) });
  const kind = el('select', { onchange: () => run(0) }, el('option', { value: '' }, '全部'), Object.entries(KINDS).map(([value, label]) => el('option', { value }, label)));
  const out = el('div', { 'aria-live': 'polite' });
  let turn = 0;
  const run = async (offset) => {
    turn += 1;
    const mine = turn;
    try {
      const page = await call('GET', shopPath(shop, `/search${query({ q: words.value.trim(), kind: kind.value, limit: 50, offset })}`));
      if (mine === turn) fill(out, table(page, offset));
    } catch (problem) {
      fill(out, el('p', { class: 'notice bad' }, problem.message));
    }
  };
  const table = (page, offset) => [
    el('div', { class: 'card scroll' }, el('table', null,
      el('thead', null, el('tr', null, ['类型', '标题与内容', '位置', '有效期至', `${USED_DAYS} 天引用`].map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', null, page.items.map((hit) => el('tr', null,
        el('td', null, el('span', { class: 'tag' }, name(KINDS, hit.kind))),
        el('td', null, el('button', { type: 'button', class: 'plain', onclick: (event) => detail(hit.id, event.currentTarget.parentNode) }, hit.title), el('div', { class: 'small pre' }, marked(hit.snippet, hit.highlights))),
        el('td', { class: 'small' }, `${hit.file}:${hit.row}`),
        el('td', null, hit.valid_until ?? '', hit.in_force ? '' : el('span', { class: 'tag hot' }, '不在有效期')),
        el('td', { class: 'n' }, used.has(hit.id) ? String(used.get(hit.id)) : el('span', { class: 'soft' }, '从未'))))))),
    el('div', { class: 'row' }, el('button', { type: 'button', disabled: offset === 0, onclick: () => run(Math.max(0, offset - 50)) }, '上一页'), el('button', { type: 'button', disabled: offset + page.items.length >= page.total, onclick: () => run(offset + 50) }, '下一页'), el('span', { class: 'soft' }, `共 ${page.total} 条`)),
  ];
  const detail = async (id, cell) => {
    const entry = await call('GET', shopPath(shop, `/entries/${encodeURIComponent(id)}`));
    cell.append(el('div', { class: 'notice pre' }, `${entry.id} · ${name(LAYERS, entry.layer)}${entry.category ? ` · ${entry.category}` : ''}\n${entry.text}`));
  };
  await run(0);
  return [el('div', { class: 'fields' }, el('label', { class: 'wide' }, '搜索', words), el('label', null, '类型', kind)), out];
}
