// Charts as inline SVG. Each has a text that says the same.

import { el, svg } from './dom.js';

const OUTCOMES = ['answer', 'clarify', 'handoff'];
const HOUR_MS = 3600000;

// Drawn at its own size, so that letters keep theirs on a phone.
const room = (most) => Math.max(280, Math.min(most, document.documentElement.clientWidth - 60));

/** Questions by hour, stacked by outcome. `hours`: `{name: "<RFC 3339> <outcome>", count}`. */
export function byHour(hours, days) {
  const step = days <= 3 ? HOUR_MS : 24 * HOUR_MS;
  const offset = new Date().getTimezoneOffset() * 60000;
  const slot = (time) => Math.floor((time - offset) / step);
  const last = slot(Date.now());
  const count = Math.round((days * 24 * HOUR_MS) / step);
  const bars = Array.from({ length: count }, () => ({ answer: 0, clarify: 0, handoff: 0 }));
  for (const { name, count: n } of hours) {
    const [at, outcome] = name.split(' ');
    const bar = bars[count - 1 - (last - slot(new Date(at).getTime()))];
    if (bar && outcome in bar) bar[outcome] += n;
  }
  const most = Math.max(1, ...bars.map((bar) => bar.answer + bar.clarify + bar.handoff));
  const [width, height, left, foot] = [room(1040), 200, 34, 20];
  const each = (width - left) / count;
  const scale = (height - foot - 10) / most;
  const nodes = [0, 0.5, 1].map((part) => {
    const y = height - foot - part * most * scale;
    return [svg('line', { class: 'c-grid', x1: left, x2: width, y1: y, y2: y }), svg('text', { x: left - 4, y: y + 4, 'text-anchor': 'end' }, String(Math.round(part * most)))];
  });
  bars.forEach((bar, at) => {
    const label = when((last - (count - 1 - at)) * step + offset, step);
    let y = height - foot;
    for (const outcome of OUTCOMES) {
      const h = bar[outcome] * scale;
      y -= h;
      if (h) nodes.push(svg('rect', { class: `c-${outcome}`, x: left + at * each + 1, y, width: Math.max(1, each - 2), height: h }, svg('title', null, `${label}：回答 ${bar.answer}，追问 ${bar.clarify}，转人工 ${bar.handoff}`)));
    }
    if (at % Math.ceil(count / Math.max(2, Math.floor(width / 90))) === 0) nodes.push(svg('text', { x: left + at * each, y: height - 5 }, label));
  });
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, width: '100%', role: 'img', 'aria-label': `咨询量，最多的一格 ${most} 条` }, nodes);
}

function when(time, step) {
  const at = new Date(time);
  return step === HOUR_MS ? `${at.getDate()}日${at.getHours()}时` : `${at.getMonth() + 1}/${at.getDate()}`;
}

/** The legend of [`byHour`]. */
export const legend = () => el('div', { class: 'legend' }, [['answer', '已回答'], ['clarify', '已追问'], ['handoff', '转人工']].map(([key, label]) => el('span', null, el('i', { class: key }), label)));

/** Rows as horizontal bars. `rows`: `{label, count}`. */
export function bars(rows) {
  const most = Math.max(1, ...rows.map((row) => row.count));
  const [width, step, left] = [room(500), 28, 180];
  return svg('svg', { viewBox: `0 0 ${width} ${rows.length * step}`, width: '100%', role: 'img', 'aria-label': rows.map((row) => `${row.label} ${row.count}`).join('，') },
    rows.map((row, at) => {
      const long = (row.count / most) * (width - left - 44);
      return [
        svg('text', { x: left - 8, y: at * step + 17, 'text-anchor': 'end' }, row.label.length > 12 ? `${row.label.slice(0, 11)}…` : row.label, svg('title', null, row.label)),
        svg('rect', { class: 'c-bar', x: left, y: at * step + 5, width: Math.max(2, long), height: step - 10, rx: 3 }),
        svg('text', { x: left + Math.max(2, long) + 6, y: at * step + 17 }, String(row.count)),
      ];
    }));
}
