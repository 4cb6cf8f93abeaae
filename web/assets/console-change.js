// A change to the merchant's own file: looked at, tried on the golden questions, written, then published.

import { call, newKey, query, shopPath } from './api.js';
import { follow } from './console-versions.js';
import { copy, el, fault, fill } from './dom.js';
import { explain } from './findings.js';
import { OUTCOMES, SEVERITIES, name } from './words.js';

const SETTLE_MS = 200;
const EDITED_MS = 600;
const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** A form that adds phrasings to an entry that the merchant picks. */
export function addPhrasing({ shop, wordings, out, lesson, entry }) {
  const words = el('textarea', { rows: String(Math.min(6, wordings.length + 1)), 'aria-label': '要加的问法，一行一个', value: wordings.join('\n'), oninput: () => edited() });
  const find = el('input', { type: 'search', value: wordings[0] ?? '', 'aria-label': '找条目：词、拼音、首字母', oninput: () => later() });
  const hits = el('div', { class: 'picks', role: 'group', 'aria-label': '加到哪一条' });
  const result = el('div', { 'aria-live': 'polite' });
  let timer = null;
  let turn = 0;
  let picked = null;
  let trying = null;
  const pick = (id) => {
    clearTimeout(trying);
    picked = id;
    for (const button of hits.querySelectorAll('.pick')) button.setAttribute('aria-pressed', String(button.dataset.entry === id));
    review({ shop, out: result, lesson, wanted: { change: 'add_phrasing', entry: id, phrasings: lines(words.value) } });
  };
  // What is written to the file is what was tried.
  const edited = () => {
    fill(result);
    clearTimeout(trying);
    trying = setTimeout(() => { if (picked && lines(words.value).length) pick(picked); }, EDITED_MS);
  };
  const run = async () => {
    turn += 1;
    const mine = turn;
    try {
      const found = await call('GET', shopPath(shop, `/search${query({ q: find.value.trim(), kind: 'faq', limit: 5 })}`));
      if (mine !== turn) return;
      hits.inert = false;
      fill(hits, found.items.length
        ? found.items.map((hit) => el('button', { type: 'button', class: 'pick', 'aria-pressed': String(hit.id === picked), 'data-entry': hit.id, onclick: () => pick(hit.id) }, el('b', null, hit.title), el('span', { class: 'small soft' }, `${hit.file}:${hit.row}`)))
        : el('p', { class: 'soft' }, '没有相近的条目，换个词找，或起草新条目'));
    } catch (problem) {
      if (mine !== turn) return;
      hits.inert = false;
      fill(hits, el('p', { class: 'notice bad' }, problem.message));
    }
  };
  const later = () => {
    // A list about to be replaced takes no press: what lies under the finger would be another entry by then.
    hits.inert = true;
    turn += 1;
    clearTimeout(timer);
    timer = setTimeout(run, SETTLE_MS);
  };
  fill(out, el('label', { class: 'stack' }, '要加的问法（一行一个，可改可删）', words), entry ? null : [el('label', { class: 'stack' }, '加到哪一条？', find), hits], result);
  if (entry) pick(entry);
  else run();
}

/** A form that drafts a new entry. */
export function draftEntry({ shop, wordings, answer, out, lesson }) {
  const question = el('input', { value: wordings[0] ?? '', required: true, maxlength: '200' });
  const similar = el('textarea', { rows: '3', value: wordings.slice(1).join('\n') });
  const words = el('textarea', { rows: '3', required: true, maxlength: '4000', value: answer ?? '', placeholder: '买家会原样看到这段话' });
  const category = el('input', { maxlength: '40', placeholder: '可不填' });
  const result = el('div', { 'aria-live': 'polite' });
  const submit = (event) => {
    event.preventDefault();
    review({ shop, out: result, lesson, wanted: { change: 'add_entry', question: question.value.trim(), phrasings: lines(similar.value), answer: words.value.trim(), category: category.value.trim() } });
  };
  fill(out, el('form', { onsubmit: submit, oninput: () => fill(result) },
    el('label', { class: 'stack' }, '问题', question), el('label', { class: 'stack' }, '相似问法（一行一个）', similar),
    el('label', { class: 'stack' }, '答案', words), el('label', { class: 'stack' }, '分类', category),
    el('button', { class: 'primary' }, '试一试')), result);
  words.focus();
}

/** A golden question: what every later build must answer as well. */
export function addGolden({ shop, question, expect, out, lesson }) {
  review({ shop, out, lesson, wanted: { change: 'add_golden', question, expect, product: '' } });
}

/** Tries a change, shows the row before and after and what the golden questions say; one press writes it. */
async function review({ shop, out, wanted, lesson }) {
  const waiting = el('p', { class: 'soft', role: 'status' }, '正在用考题试运行…');
  // What was asked for later has taken this one's place on the page.
  const overtaken = () => !out.contains(waiting);
  fill(out, waiting);
  const send = (more) => call('POST', shopPath(shop, '/changes'), { body: { ...wanted, ...more } });
  let seen;
  try {
    seen = await send({});
  } catch (problem) {
    if (overtaken()) return undefined;
    return fill(out, fault(problem), problem.code === 'not-csv' ? byHand(wanted) : null);
  }
  if (overtaken()) return undefined;
  if (seen.unchanged) return fill(out, el('p', { class: 'notice good' }, `${seen.file} 第 ${seen.row} 行已经是这样了`));
  const told = el('div', { 'aria-live': 'polite' });
  const write = async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    try {
      const done = await send({ write: true, base: seen.base, lesson: lesson ?? null });
      written(shop, out, done, wanted);
    } catch (problem) {
      pressed.disabled = false;
      fill(told, fault(problem));
    }
  };
  const refused = seen.trial.objections.length > 0;
  return fill(out, el('section', { class: 'review', 'aria-label': '改动' },
    el('p', null, el('b', null, seen.file), ` 第 ${seen.row} 行`),
    el('pre', { class: 'will' }, difference(seen.before, seen.after)),
    wanted.change === 'add_golden' ? goldenTrial(seen.trial) : trial(seen.trial),
    el('div', { class: 'row' }, el('button', { type: 'button', class: 'primary', disabled: refused, onclick: write }, '写入文件'), el('button', { type: 'button', onclick: () => fill(out) }, '不改了')), told));
}

/** A row with what is new in it marked. */
function difference(before, after) {
  const [was, is] = [Array.from(before), Array.from(after)];
  const shortest = Math.min(was.length, is.length);
  let head = 0;
  while (head < shortest && was[head] === is[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && was[was.length - 1 - tail] === is[is.length - 1 - tail]) tail += 1;
  const text = (chars) => chars.join('');
  return [text(is.slice(0, head)), was.length - tail > head ? el('del', null, text(was.slice(head, was.length - tail))) : null,
    el('ins', null, text(is.slice(head, is.length - tail))), text(is.slice(is.length - tail))];
}

/** A finding about the row as it would be. */
function remark(finding) {
  const { title, advice, detail } = explain(finding);
  return el('div', { class: 'small piece' }, el('span', { class: 'tag warm' }, name(SEVERITIES, finding.severity)), ' ', title, '：', advice, detail);
}

function goldenTrial({ answers, findings }) {
  return [
    answers.map((tried) => el('p', { class: tried.mended ? 'notice good' : 'notice warn' }, tried.mended ? '现在就答得对；以后每次发布都会检查它' : `现在是「${name(OUTCOMES, tried.said.decision)}」，还答得不对；写入后会一直列在没答对的考题里`)),
    findings.map(remark),
  ];
}

function trial({ golden, shifts, objections, answers, findings }) {
  const worse = shifts.filter((shift) => shift.verdicts && shift.verdicts[0] !== shift.verdicts[1]);
  return [
    el('p', { class: objections.length ? 'notice bad' : 'notice good' }, golden
      ? `已用 ${golden} 个考题试过：${objections.length ? '有变差的，不能写入' : '没有变差'}`
      : '这家店还没有考题（golden.csv），只试了新问法'),
    objections.length ? el('ul', null, worse.map((shift) => el('li', null, `${shift.question}：${name(OUTCOMES, shift.before.decision)} → ${name(OUTCOMES, shift.after.decision)}`))) : null,
    el('ul', { class: 'small' }, answers.map((tried) => el('li', null, el('span', { class: tried.mended ? 'tag good' : 'tag warm' }, tried.mended ? '会答' : name(OUTCOMES, tried.said.decision)), ' ', tried.question))),
    findings.map(remark),
  ];
}

function written(shop, out, done, wanted) {
  const progress = el('div', { 'aria-live': 'polite' });
  const publish = async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    try {
      const message = wanted.change === 'add_entry' ? `新增：${wanted.question}` : wanted.change === 'add_golden' ? `考题：${wanted.question}` : `加问法：${wanted.phrasings[0] ?? ''}`;
      const task = await call('POST', shopPath(shop, '/rebuild'), { key: newKey(), body: { message: message.slice(0, 200) } });
      follow(task, progress, null);
    } catch (problem) {
      pressed.disabled = false;
      fill(progress, fault(problem));
    }
  };
  fill(out, el('p', { class: 'notice good' }, `已写入 ${done.file} 第 ${done.row} 行，${wanted.change === 'add_golden' ? '下次发布起就会检查' : '发布后买家就能问到'}`),
    el('button', { type: 'button', class: 'primary', onclick: publish }, '现在发布'), progress);
}

/** What the merchant copies into a workbook, which is not ours to write. */
function byHand(wanted) {
  const told = el('span', { class: 'small', role: 'status' });
  const text = (wanted.phrasings ?? []).join('|');
  return [el('p', null, '请在「相似问题」列加上：'), el('pre', null, text),
    el('div', { class: 'row' }, el('button', { type: 'button', onclick: async () => { told.textContent = await copy(text) ? '已复制；改好文件后到「重建与版本」发布' : '浏览器不允许复制，请手动选中'; } }, '复制'), told)];
}
