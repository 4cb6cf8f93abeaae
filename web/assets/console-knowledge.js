// What could not be answered, what may be learned, and the entries.

import { call, query, shopPath } from './api.js';
import { addGolden, addPhrasing, draftEntry } from './console-change.js';
import { el, fill, marked } from './dom.js';
import { KINDS, LAYERS, LESSONS, brief, fullTime, name } from './words.js';

const USED_DAYS = 30;
const LISTED = 50;

/** Clusters of questions, each one click from an entry; those that were mended since stand at the end. */
export async function unanswered({ shop }) {
  const items = [];
  const open = () => items.filter((cluster) => cluster.now !== 'answer');
  let page;
  // Those that are answered now stand among the rest and are no reason to stop.
  do {
    page = await call('GET', shopPath(shop, `/unanswered${query({ days: 30, limit: LISTED, offset: items.length })}`));
    items.push(...page.items);
  } while (page.items.length && items.length < page.total && open().length < LISTED);
  if (!items.length) return el('p', { class: 'notice good' }, '近 30 天没有答不上来的问题');
  const mended = items.filter((cluster) => cluster.now === 'answer');
  const left = open();
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
    el('div', { class: 'row' }, el('span', { class: 'tag hot' }, `${cluster.count} 次`), el('b', { class: 'grow', title: cluster.question }, brief(cluster.question)), el('span', { class: 'small soft' }, `最近 ${fullTime(cluster.last_at)}`)),
    cluster.examples.length ? el('p', { class: 'small soft' }, cluster.examples.map((words) => brief(words)).join(' · ')) : null,
    el('div', { class: 'row' }, el('button', { type: 'button', onclick: () => addPhrasing({ shop, wordings, out }) }, '加为某条的相似问题'), el('button', { type: 'button', onclick: () => draftEntry({ shop, wordings, out }) }, '起草新条目'),
      el('a', { class: 'button', href: `#try?question=${encodeURIComponent(cluster.question)}` }, '试问一次')), out);
}

/** Labelled questions: taken over or refused by a person. */
export async function lessons({ shop, redraw }) {
  const page = await call('GET', shopPath(shop, '/learning?state=open&limit=100'));
  if (!page.items.length) return el('p', { class: 'notice good' }, '没有等待确认的学习内容');
  const titles = new Map();
  await Promise.all([...new Set(page.items.map((lesson) => lesson.entry).filter(Boolean))].map(async (id) => {
    const entry = await call('GET', shopPath(shop, `/entries/${encodeURIComponent(id)}`)).catch(() => null);
    if (entry) titles.set(id, entry.title);
  }));
  const told = el('p', { role: 'status', class: 'small' });
  const decide = (lesson, what) => async () => {
    try {
      await call('POST', shopPath(shop, `/learning/${encodeURIComponent(lesson.id)}/${what}`), { body: {} });
      redraw();
    } catch (problem) {
      told.textContent = problem.message;
    }
  };
  return [el('p', { class: 'soft' }, `共 ${page.total} 条。买家点的、客服答的，都要您确认才会进知识库。`), told, page.items.map((lesson) => lessonCard({ shop, lesson, title: titles.get(lesson.entry), decide }))];
}

/** What a lesson can become: a phrasing, an entry, a golden question; or nothing. */
function lessonCard({ shop, lesson, title, decide }) {
  const out = el('div');
  const wordings = [lesson.question];
  const button = (label, run, kind) => el('button', { type: 'button', class: kind ?? '', onclick: run }, label);
  const wrong = lesson.kind === 'thumb_down';
  const faq = lesson.entry?.startsWith('faq:');
  const ways = [];
  if (faq && !wrong) ways.push(button('加为相似问题', () => addPhrasing({ shop, wordings, out, lesson: lesson.id, entry: lesson.entry }), 'primary'));
  if (lesson.entry && title && !wrong) ways.push(button('加为考题', () => addGolden({ shop, question: lesson.question, expect: lesson.entry, out, lesson: lesson.id })));
  if (wrong || !lesson.entry) ways.push(button('加为某条的相似问题', () => addPhrasing({ shop, wordings, out, lesson: lesson.id })));
  if (wrong || lesson.reply) ways.push(button('起草新条目', () => draftEntry({ shop, wordings, answer: lesson.reply, out, lesson: lesson.id }), lesson.reply && !faq ? 'primary' : ''));
  if (wrong) ways.push(button('加为考题（应转人工）', () => addGolden({ shop, question: lesson.question, expect: 'handoff', out, lesson: lesson.id })));
  const answer = lesson.entry ? `${title ?? '（条目已不在）'}（${lesson.entry}）` : lesson.reply ?? '';
  return el('section', { class: 'card', 'aria-label': lesson.question },
    el('div', { class: 'row' }, el('span', { class: wrong ? 'tag hot' : 'tag note' }, name(LESSONS, lesson.kind)), el('b', { class: 'grow' }, lesson.question), el('span', { class: 'small soft' }, fullTime(lesson.at))),
    el('p', { class: 'pre' }, wrong ? '答成了：' : '→ ', answer, lesson.entry && lesson.reply ? el('span', { class: 'small soft' }, `\n客服的话：${lesson.reply}`) : null),
    el('div', { class: 'row' }, ways, button('试问一次', () => { location.hash = `try?question=${encodeURIComponent(lesson.question)}`; }), button(wrong ? '不用改' : '拒绝', decide(lesson, 'reject'))), out);
}

const SHOWS = { '': '全部', unused: `${USED_DAYS} 天内没用到`, expiring: '30 天内到期', stale: '不在有效期' };
const PAGE = 50;

/** All entries, searched, with how often each was quoted. */
export async function entries({ shop, fields }) {
  const words = el('input', { type: 'search', placeholder: '词、拼音、首字母', oninput: () => later() });
  const choice = (options, chosen) => el('select', { onchange: () => run(0) }, options.map(([value, label]) => el('option', { value, selected: value === chosen }, label)));
  // Scripts are settings, no entries.
  const kind = choice([['', '全部'], ...Object.entries(KINDS).filter(([value]) => value !== 'script')], '');
  const shown = choice(Object.entries(SHOWS), fields.get('show') ?? '');
  const out = el('div', { 'aria-live': 'polite' });
  let turn = 0;
  let settling = null;
  const later = () => {
    clearTimeout(settling);
    settling = setTimeout(() => run(0), 150);
  };
  const run = async (offset) => {
    turn += 1;
    const mine = turn;
    try {
      const page = await call('GET', shopPath(shop, `/entries${query({ q: words.value.trim(), kind: kind.value, show: shown.value, days: USED_DAYS, limit: PAGE, offset })}`));
      if (mine === turn) fill(out, table(page, offset));
    } catch (problem) {
      fill(out, el('p', { class: 'notice bad' }, problem.message));
    }
  };
  const heads = ['类型', '标题与内容', '位置', '有效期至', `${USED_DAYS} 天引用`];
  const table = (page, offset) => page.items.length ? [
    el('div', { class: 'card scroll' }, el('table', { class: 'cardlike' },
      el('thead', null, el('tr', null, heads.map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', null, page.items.map((hit) => el('tr', null,
        el('td', null, el('span', { class: 'tag' }, name(KINDS, hit.kind))),
        el('td', { class: 'main' }, el('button', { type: 'button', class: 'plain title', 'aria-expanded': 'false', onclick: (event) => detail(hit.id, event.currentTarget) }, hit.title), el('div', { class: 'small pre' }, marked(hit.snippet, hit.highlights))),
        el('td', { class: 'small place' }, `${hit.file}:${hit.row}`),
        el('td', { 'data-label': hit.valid_until ? heads[3] : null }, hit.valid_until ?? '', hit.in_force ? '' : el('span', { class: 'tag hot' }, '不在有效期')),
        el('td', { class: 'n', 'data-label': heads[4] }, hit.used ? String(hit.used) : el('span', { class: 'soft' }, '从未'))))))),
    el('div', { class: 'row' }, el('button', { type: 'button', disabled: offset === 0, onclick: () => run(Math.max(0, offset - PAGE)) }, '上一页'), el('button', { type: 'button', disabled: offset + page.items.length >= page.total, onclick: () => run(offset + PAGE) }, '下一页'), el('span', { class: 'soft' }, `共 ${page.total} 条`)),
  ] : el('p', { class: 'notice good' }, shown.value === 'expiring' ? '30 天内没有到期的条目' : '没有这样的条目');
  const detail = async (id, button) => {
    const open = button.parentNode.querySelector('.detail');
    button.setAttribute('aria-expanded', String(!open));
    if (open) return open.remove();
    try {
      const entry = await call('GET', shopPath(shop, `/entries/${encodeURIComponent(id)}`));
      button.parentNode.append(el('div', { class: 'notice pre detail' }, `${entry.id} · ${name(LAYERS, entry.layer)}${entry.category ? ` · ${entry.category}` : ''}\n${entry.text}`));
    } catch (problem) {
      button.parentNode.append(el('div', { class: 'notice bad detail' }, problem.message));
    }
    return undefined;
  };
  await run(0);
  return [el('div', { class: 'fields' }, el('label', { class: 'wide' }, '搜索', words), el('label', null, '类型', kind), el('label', null, '显示', shown)), out];
}
