// What could not be answered, what may be learned, and the entries.

import { call, query, shopPath } from './api.js';
import { copy, el, fill, marked } from './dom.js';
import { KINDS, LAYERS, LESSONS, fullTime, name } from './words.js';

const USED_DAYS = 30;

/** Clusters of questions, each one click from an entry. Files are the merchant's: the change is written out for them. */
export async function unanswered({ shop }) {
  const page = await call('GET', shopPath(shop, `/unanswered${query({ days: 30, limit: 50 })}`));
  if (!page.items.length) return el('p', { class: 'notice good' }, '近 30 天没有答不上来的问题');
  return [el('p', { class: 'soft' }, `近 30 天共 ${page.total} 组，问得最多的在前。`), page.items.map((cluster) => clusterCard(shop, cluster))];
}

function clusterCard(shop, cluster) {
  const out = el('div', { 'aria-live': 'polite' });
  const all = [...new Set([cluster.question, ...cluster.examples])];
  const phrasing = async () => {
    try {
      const found = await call('GET', shopPath(shop, `/search${query({ q: cluster.question, kind: 'faq', limit: 5 })}`));
      fill(out, el('p', { class: 'small soft' }, '加到哪一条？'), found.items.length
        ? found.items.map((hit) => el('button', { type: 'button', class: 'pre', onclick: () => fill(out, change(`在 ${hit.file} 第 ${hit.row} 行（${hit.title}）的「相似问题」列加上：`, all.join('|'))) }, `${hit.title}（${hit.file}:${hit.row}）`))
        : el('p', { class: 'soft' }, '没有相近的条目，请起草新条目'));
    } catch (problem) {
      fill(out, el('p', { class: 'notice bad' }, problem.message));
    }
  };
  const draft = () => {
    const cell = (text) => `"${text.replaceAll('"', '""')}"`;
    fill(out, change('在 faq 文件夹的表格末尾加一行，补上答案：', `问题,相似问题,答案\n${cell(cluster.question)},${cell(all.slice(1).join('|'))},""`));
  };
  return el('section', { class: 'card' },
    el('div', { class: 'row' }, el('span', { class: 'tag hot' }, `${cluster.count} 次`), el('b', { class: 'grow' }, cluster.question), el('span', { class: 'small soft' }, `最近 ${fullTime(cluster.last_at)}`)),
    cluster.examples.length ? el('p', { class: 'small soft' }, cluster.examples.join(' · ')) : null,
    el('div', { class: 'row' }, el('button', { type: 'button', onclick: phrasing }, '加为某条的相似问题'), el('button', { type: 'button', onclick: draft }, '起草新条目'),
      el('a', { class: 'button', href: `#try?question=${encodeURIComponent(cluster.question)}` }, '试问一次')), out);
}

function change(where, text) {
  const told = el('span', { class: 'small', role: 'status' });
  return el('div', null, el('p', null, where), el('pre', null, text),
    el('div', { class: 'row' }, el('button', { type: 'button', class: 'primary', onclick: async () => { told.textContent = await copy(text) ? '已复制；改好文件后到「重建与版本」发布' : '浏览器不允许复制，请手动选中'; } }, '复制'), told));
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
  return [told, page.items.map((lesson) => el('section', { class: 'card' },
    el('div', { class: 'row' }, el('span', { class: 'tag note' }, name(LESSONS, lesson.kind)), el('b', { class: 'grow' }, lesson.question), el('span', { class: 'small soft' }, fullTime(lesson.at))),
    el('p', { class: 'pre' }, '→ ', lesson.entry ?? lesson.reply ?? ''),
    el('div', { class: 'row' }, el('button', { type: 'button', class: 'primary', onclick: decide(lesson, 'accept') }, '采纳'), el('button', { type: 'button', onclick: decide(lesson, 'reject') }, '拒绝'))))];
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
