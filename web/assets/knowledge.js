// The agent's side panel: search while typing (words, half words, pinyin, initials) and the shop's scripts.

import { call, query, shopPath } from './api.js';
import { composing, el, fill, marked } from './dom.js';
import { KINDS, name } from './words.js';

const SETTLE_MS = 120;

/** The panel; `insert(text, entry)` puts a text into the reply that is being written. */
export function knowledge({ shop, insert }) {
  let shown = [];
  let timer = null;
  let asking = null;

  const box = el('div', { class: 'hits', 'aria-live': 'polite' });
  const words = el('input', { type: 'search', id: 'find', placeholder: '搜索：词、拼音、首字母（thyf）', autocomplete: 'off', oninput: later, onkeydown: keyed });
  const kind = el('select', { 'aria-label': '类型', onchange: run }, el('option', { value: '' }, '全部'), Object.entries(KINDS).map(([value, label]) => el('option', { value }, label)));
  const node = el('aside', { class: 'know', 'aria-label': '知识库' },
    el('div', { class: 'find' }, el('label', { class: 'small', for: 'find' }, '知识库 ', el('kbd', null, '/')), words, el('div', { class: 'row under' }, kind, el('span', { class: 'small soft' }, '插入 ', el('kbd', null, 'Alt+1…9')))), box);

  function later() {
    // What was found for other words is not inserted any more.
    shown = [];
    clearTimeout(timer);
    timer = setTimeout(run, SETTLE_MS);
  }

  function keyed(event) {
    if (event.key !== 'Enter' || composing(event)) return undefined;
    event.preventDefault();
    if (shown.length) return use(0);
    clearTimeout(timer);
    return run().then(() => use(0));
  }

  async function run() {
    asking?.abort();
    asking = new AbortController();
    const signal = asking.signal;
    // Nor of another kind or shop, nor when this search fails.
    shown = [];
    try {
      const wanted = words.value.trim();
      if (kind.value === 'script' || (!wanted && !kind.value)) {
        const all = await call('GET', shopPath(shop(), '/scripts'), { signal });
        return scripts(all.filter((script) => `${script.title}\n${script.text}`.includes(wanted)));
      }
      const found = await call('GET', shopPath(shop(), `/search${query({ q: wanted, kind: kind.value, limit: 20 })}`), { signal });
      hits(found);
    } catch (problem) {
      if (problem.name !== 'AbortError') fill(box, el('p', { class: 'notice bad' }, problem.message));
    }
  }

  function scripts(items) {
    shown = items.map((script) => ({ text: script.text, entry: `script:${script.name}` }));
    fill(box, el('h2', { class: 'hit small soft' }, '常用话术'), items.map((script, at) => card(at, script.title, '话术', script.text, true)));
  }

  function hits(found) {
    // A value alone says neither of what nor which: 纸尿裤（粘贴型）.
    shown = found.items.map((hit) => ({ text: hit.kind === 'spec' ? `${hit.title.replace(' · ', '的')}：${hit.snippet}` : hit.snippet, entry: hit.id }));
    fill(box, found.items.length
      ? found.items.map((hit, at) => card(at, hit.title, name(KINDS, hit.kind), marked(hit.snippet, hit.highlights), hit.in_force, `${hit.file}:${hit.row}`))
      : el('p', { class: 'hit soft' }, '没有找到，换个词试试'));
  }

  function card(at, title, label, text, fresh, place) {
    return el('article', { class: fresh ? 'hit' : 'hit stale' },
      el('div', { class: 'row' }, at < 9 ? el('kbd', null, String(at + 1)) : null, el('h3', { class: 'grow' }, title), fresh ? el('span', { class: 'tag' }, label) : el('span', { class: 'tag hot' }, '不在有效期')),
      el('p', { class: 'pre' }, text),
      el('div', { class: 'row' }, el('span', { class: 'small soft grow' }, place ?? ''), el('button', { type: 'button', class: 'small', 'aria-label': `插入 ${title}`, onclick: () => use(at) }, '插入')));
  }

  function use(at) {
    if (shown[at]) insert(shown[at].text, shown[at].entry);
  }

  return {
    node,
    insertNth: use,
    focus() {
      words.focus();
      words.select();
    },
    reset() {
      words.value = '';
      run();
    },
  };
}
