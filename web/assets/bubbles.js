// What a chat is made of: bubbles, options, sources, thumbs.

import { el, fill, marked } from './dom.js';
import { chatTime, ticketNumber } from './words.js';

let serial = 0;

/** A time between messages. */
export const timeLine = (at) => el('div', { class: 'when' }, el('time', { datetime: new Date(at).toISOString() }, chatTime(at)));

/** What the system tells. */
export const toldLine = (text) => el('div', { class: 'told pre' }, text);

/** The buyer's own words; `fate` tells what becomes of them, with a way to try again. */
export function mineBubble(text) {
  const fate = el('span', { class: 'fate' });
  const node = el('div', { class: 'line mine' },
    el('span', { class: 'avatar mine', 'aria-hidden': 'true' }, '我'),
    el('div', { class: 'said' }, el('span', { class: 'sr' }, '我说：'), el('div', { class: 'bubble' }, text), fate));
  return {
    node,
    fate(words, again) {
      fate.classList.toggle('bad', Boolean(again));
      fill(fate, words, again ? el('button', { type: 'button', class: 'plain', onclick: again }, '重新发送') : null);
    },
  };
}

/** Somebody is about to answer. */
export const waitingBubble = () => el('div', { class: 'line', 'aria-hidden': 'true' },
  el('span', { class: 'avatar' }, '知'), el('div', { class: 'said' }, el('div', { class: 'bubble wait' }, el('i'), el('i'), el('i'))));

/** A message of the bot or of a person, with what can be done with it. */
export function bubble(message, { choose, rate }) {
  const person = message.role === 'agent';
  const data = message.data ?? {};
  const options = data.options ?? [];
  const sources = (data.sources ?? []).filter((source) => source.kind !== 'script');
  const author = person ? message.author || '人工客服' : '智能客服';
  return el('div', { class: 'line' },
    el('span', { class: person ? 'avatar agent' : 'avatar', 'aria-hidden': 'true' }, person ? Array.from(author)[0] : '知'),
    el('div', { class: 'said' },
      el('span', { class: 'author' }, author),
      el('div', { class: 'bubble' }, message.text),
      options.length ? optionList(options, choose) : null,
      data.ticket ? el('span', { class: 'fate' }, `已记录，工单号 ${ticketNumber(data.ticket)}`) : null,
      data.decision === 'answer' || person ? under(message, sources, rate) : null));
}

function optionList(options, choose) {
  const buttons = options.map((option) => el('button', {
    type: 'button', 'aria-pressed': 'false',
    onclick: (event) => {
      for (const button of buttons) button.disabled = true;
      event.currentTarget.setAttribute('aria-pressed', 'true');
      choose(option);
    },
  }, option.title));
  return el('div', { class: 'options', role: 'group', 'aria-label': '请选择' }, buttons);
}

function under(message, sources, rate) {
  const row = el('div', { class: 'under' });
  const box = sources.length ? sourceBox(sources) : null;
  if (box) {
    row.append(el('button', {
      type: 'button', 'aria-expanded': 'false', 'aria-controls': box.id,
      onclick: (event) => {
        box.hidden = !box.hidden;
        event.currentTarget.setAttribute('aria-expanded', String(!box.hidden));
        if (!box.hidden) box.scrollIntoView({ block: 'nearest' });
      },
    }, `来源 ${sources.length}`));
  }
  const told = el('span', { class: 'fate', role: 'status' });
  const thumbs = [['up', '有帮助'], ['down', '没帮助']].map(([verdict, label]) => el('button', {
    type: 'button', 'aria-pressed': 'false',
    onclick: async (event) => {
      const pressed = event.currentTarget;
      try {
        await rate(message.id, verdict);
        for (const thumb of thumbs) thumb.setAttribute('aria-pressed', String(thumb === pressed));
        told.textContent = verdict === 'up' ? '谢谢您的评价' : '已记录，我们会改进；也可以点「转人工」';
      } catch (problem) {
        told.textContent = problem.message;
      }
    },
  }, label));
  row.append(...thumbs, told);
  return box ? [row, box] : row;
}

function sourceBox(sources) {
  serial += 1;
  return el('div', { class: 'sources', id: `sources-${serial}`, hidden: true },
    sources.map((source) => [
      el('h2', null, source.title),
      el('div', { class: 'soft' }, `${source.file}:${source.row}`, source.valid_until ? ` · 有效期至 ${source.valid_until}` : ''),
      el('p', null, marked(source.snippet, source.highlights)),
    ]));
}
