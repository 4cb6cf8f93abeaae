// The files' findings, rebuilding with live progress, and the versions.

import { call, newKey, query, shopPath } from './api.js';
import { el, fault, fill } from './dom.js';
import { columnName, explain } from './findings.js';
import { ACTORS, COUNTS, REASONS, RESULTS, SEVERITIES, STAGES, STEPS, changes, fullTime, name, why } from './words.js';

const PAGE = 200;

/** What is wrong with the files now: file, row, column, remedy; the first so many, and more on demand. */
export async function findings({ shop }) {
  const read = (offset) => call('GET', shopPath(shop, `/findings${query({ limit: PAGE, offset })}`));
  const found = await read(0);
  if (!found.total) return el('p', { class: 'notice good' }, '文件没有问题');
  const told = el('p', { class: 'notice', role: 'status' });
  const out = el('div');
  const box = table(found.items);
  const body = box.querySelector('tbody');
  const next = el('button', { type: 'button', onclick: more }, `再列 ${PAGE} 条`);
  function count(total) {
    const listed = body.rows.length;
    told.hidden = total <= PAGE;
    told.textContent = listed < total ? `共 ${total} 条，已列出 ${listed} 条` : `共 ${total} 条，已全部列出`;
    next.hidden = listed >= total;
  }
  async function more() {
    next.disabled = true;
    try {
      const page = await read(body.rows.length);
      const first = rows(page.items);
      body.append(...first);
      fill(out);
      // The files may have been mended meanwhile, and fewer be left.
      count(first.length ? page.total : body.rows.length);
    } catch (problem) {
      fill(out, fault(problem));
    }
    next.disabled = false;
  }
  count(found.total);
  return [told, box, out, next];
}

const tone = { error: 'tag hot', warning: 'tag warm', info: 'tag note' };

const rows = (items) => items.map((item) => [item, explain(item)]).map(([item, { title, advice, detail }]) => el('tr', null,
  el('td', null, el('span', { class: tone[item.severity] ?? 'tag' }, name(SEVERITIES, item.severity))),
  el('td', null, item.file, item.sheet ? `［${item.sheet}］` : '', item.row ? ` 第 ${item.row} 行` : '', item.column ? ` 「${columnName(item.column)}」${item.file.endsWith('.toml') ? '' : '列'}` : ''),
  el('td', null, title, detail), el('td', null, advice)));

const table = (items) => el('div', { class: 'card scroll' }, el('table', { class: 'cardlike' },
  el('thead', null, el('tr', null, ['程度', '位置', '问题', '怎么改'].map((head) => el('th', { scope: 'col' }, head)))), el('tbody', null, rows(items))));

/** Why the gate refuses, by its rules. */
const OBJECTIONS = {
  golden: ({ worse, allowed }) => `${worse} 个考题答得比原来差，最多允许 ${allowed} 个：改好答案，或核对 golden.csv 里的期望`,
  removed: ({ removed, of }) => `golden.csv 里原有 ${of} 个考题，少了 ${removed} 个：文件不完整就补回来；确实不要了，就勾选「把关未通过也发布」`,
  replay: ({ changed, asked, allowed }) => `买家最近问过的 ${asked} 个问题里，有 ${changed} 个不再回答或换了答案，最多允许 ${Math.round(allowed * 100)}%：逐个看看，没有问题就勾选「把关未通过也发布」`,
};

/** A report's text without what it says for programmers. */
const inWords = (text) => text.replace(/^(refused|overruled): .*\n?/gm, '').replace(/转人工 ([a-z_]+)/g, (_, reason) => `转人工（${name(REASONS, reason)}）`);

/** What the gate held against a version, and what would be answered differently. */
function refusal(gate) {
  const reasons = (gate.objections ?? []).map((objection) => el('li', null, OBJECTIONS[objection.rule]?.(objection) ?? objection.rule));
  return [el('ul', { class: 'notice bad' }, reasons), gate.text ? el('pre', null, inWords(gate.text)) : null];
}

/** Rebuild, publish, roll back. */
export async function versions({ shop, redraw }) {
  const page = await call('GET', shopPath(shop, '/snapshots?limit=200'));
  const out = el('div', { 'aria-live': 'polite' });
  const message = el('input', { placeholder: '例如：双 11 规则', maxlength: '200' });
  const force = el('input', { type: 'checkbox' });
  const rebuild = async (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    pressed.disabled = true;
    try {
      const task = await call('POST', shopPath(shop, '/rebuild'), { key: newKey(), body: { message: message.value.trim(), force: force.checked } });
      await follow(task, out, redraw);
    } catch (problem) {
      fill(out, fault(problem));
    }
    pressed.disabled = false;
  };
  const make = async (what, path) => {
    const why = await askWhy(what, message.value.trim());
    if (why === null) return;
    try {
      await call('POST', shopPath(shop, path), { body: { message: why } });
      redraw();
    } catch (problem) {
      fill(out, fault(problem));
    }
  };
  const live = (id) => make(`让版本 ${id} 上线`, `/snapshots/${encodeURIComponent(id)}/publish`);
  const back = () => make('退回上一个版本', '/snapshots/rollback');
  const at = page.items.find((version) => version.live)?.id;
  const oldest = page.items.at(-1)?.id;
  // Newest first: what went live after a version that stands below it is no step back.
  const place = (id) => page.items.findIndex((version) => version.id === id);
  const stepName = (step) => name(STEPS, step.action === 'rollback' && place(step.before) >= 0 && place(step.before) < place(step.snapshot) ? 'back' : step.action);
  const compare = async (id, box) => {
    fill(box, el('p', { class: 'soft', role: 'status' }, '正在用两个版本各答一遍考题…'));
    try {
      const found = await call('GET', shopPath(shop, `/snapshots/diff?a=${encodeURIComponent(at)}&b=${encodeURIComponent(id)}`));
      if (!found.asked) return fill(box, el('p', { class: 'notice' }, '这家店还没有考题（golden.csv），没有东西可比；先加几个考题'));
      fill(box, el('p', null, found.changed.length ? `${found.asked} 个考题里有 ${found.changed.length} 个答得不同` : `${found.asked} 个考题答得一样`), found.changed.length ? el('pre', null, inWords(found.text)) : null);
    } catch (problem) {
      fill(box, fault(problem));
    }
    return undefined;
  };
  return [
    el('form', { class: 'fields card', onsubmit: rebuild }, el('label', { class: 'wide' }, '为什么', message), el('label', { class: 'check' }, force, '把关未通过也发布（会记录）'), el('button', { class: 'primary' }, '从文件重建并发布'), el('button', { type: 'button', class: 'danger', disabled: !at || at === oldest, onclick: back }, '退回上一版')),
    out,
    page.items.map((version) => [version, el('div', { 'aria-live': 'polite' })]).map(([version, box]) => el('section', { class: 'card', 'aria-label': version.id },
      el('div', { class: 'row' }, version.live ? el('span', { class: 'tag good' }, '线上') : null, el('code', { class: 'grow' }, version.id), version.live ? null : [el('button', { type: 'button', onclick: () => compare(version.id, box) }, '和线上比'), el('button', { type: 'button', onclick: () => live(version.id) }, '让它上线')]),
      el('p', { class: 'small soft' }, Object.entries(COUNTS).filter(([what]) => version.counts[what]).map(([what, label]) => `${label} ${version.counts[what]}`).join(' · ')),
      version.history.map((step) => el('div', { class: 'small' }, [fullTime(step.at), stepName(step), step.forced ? '越过把关' : '', changes(step.changes), name(ACTORS, step.by), why(step.message)].filter(Boolean).join(' · '))), box)),
  ];
}

/** Asks why a version is to go live, for the history; null where the merchant thinks better of it. */
function askWhy(what, written) {
  return new Promise((resolve) => {
    const words = el('input', { id: 'why', maxlength: '200', placeholder: '例如：新规则写错了（可不填）', autocomplete: 'off', value: written });
    const box = el('dialog', { 'aria-label': what },
      el('form', { method: 'dialog', class: 'ask' }, el('h2', null, `${what}？`), el('label', { for: 'why' }, '为什么（会写进历史）'), words,
        el('div', { class: 'row' }, el('button', { class: 'primary', value: 'go' }, '上线'), el('button', { value: '' }, '取消'))));
    box.addEventListener('close', () => {
      box.remove();
      resolve(box.returnValue === 'go' ? words.value.trim() : null);
    });
    document.body.append(box);
    box.showModal();
    words.focus();
  });
}

/** Shows how far a rebuild is and what it came to, until that is known; `redraw` may be null. */
export function follow(task, out, redraw) {
  let ended;
  const end = new Promise((resolve) => { ended = resolve; });
  const source = new EventSource(`/v1/tasks/${encodeURIComponent(task.id)}/events`);
  const bar = el('progress', { max: '1', 'aria-label': '重建进度' });
  const label = el('p', { role: 'status' }, '正在重建…');
  fill(out, el('section', { class: 'card' }, label, bar));
  source.addEventListener('progress', (event) => {
    const { progress } = JSON.parse(event.data);
    label.textContent = `${name(STAGES, progress.stage) || '正在重建'}${progress.total ? ` ${progress.done}/${progress.total}` : '…'}`;
    if (progress.total) bar.value = progress.done / progress.total;
    else bar.removeAttribute('value');
  });
  // While the line is only broken the browser tries again by itself; a server that started anew knows no such task.
  source.addEventListener('error', () => {
    if (source.readyState !== EventSource.CLOSED) return;
    ended();
    fill(out, el('p', { class: 'notice bad' }, '和服务器的连接断了，不知道这次重建的结果；请刷新版本列表看看'), redraw ? el('button', { type: 'button', onclick: redraw }, '刷新版本列表') : null);
  });
  source.addEventListener('done', (event) => {
    source.close();
    ended();
    const { result, error } = JSON.parse(event.data);
    const good = result?.outcome === 'published' || result?.outcome === 'unchanged';
    fill(out, error ? fault({ message: '重建失败，线上版本不变', detail: error }) : el('p', { class: good ? 'notice good' : 'notice bad' }, name(RESULTS, result?.outcome)),
      result?.gate && result.outcome === 'refused' ? refusal(result.gate) : null, result?.findings?.length ? table(result.findings) : null,
      good && redraw ? el('button', { type: 'button', onclick: redraw }, '刷新版本列表') : null);
  });
  return end;
}
