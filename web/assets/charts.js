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
  const label = (at) => when((last - (count - 1 - at)) * step + offset, step);
  return stacked(bars, label, Math.ceil(count / Math.max(2, Math.floor(room(1040) / 90))));
}

/** Questions by the hour of the day they were asked in, all days together. */
export function byHourOfDay(hours) {
  const bars = Array.from({ length: 24 }, () => ({ answer: 0, clarify: 0, handoff: 0 }));
  for (const { name, count: n } of hours) {
    const [at, outcome] = name.split(' ');
    const bar = bars[new Date(at).getHours()];
    if (outcome in bar) bar[outcome] += n;
  }
  return stacked(bars, (at) => `${at}时`, 3);
}

/** Bars of the three outcomes; every `each`-th has its label below. */
function stacked(bars, label, every) {
  const count = bars.length;
  const most = Math.max(1, ...bars.map((bar) => bar.answer + bar.clarify + bar.handoff));
  const [width, height, left, foot] = [room(1040), 200, 34, 20];
  const each = (width - left) / count;
  const scale = (height - foot - 10) / most;
  // Whole numbers only: half a question is none.
  const nodes = [...new Set([0, Math.round(most / 2), most])].map((value) => {
    const y = height - foot - value * scale;
    return [svg('line', { class: 'c-grid', x1: left, x2: width, y1: y, y2: y }), svg('text', { x: left - 4, y: y + 4, 'text-anchor': 'end' }, String(value))];
  });
  bars.forEach((bar, at) => {
    let y = height - foot;
    for (const outcome of OUTCOMES) {
      const h = bar[outcome] * scale;
      y -= h;
      if (h) nodes.push(svg('rect', { class: `c-${outcome}`, x: left + at * each + 1, y, width: Math.max(1, each - 2), height: h }, svg('title', null, `${label(at)}：回答 ${bar.answer}，追问 ${bar.clarify}，转人工 ${bar.handoff}`)));
    }
    if (at % every === 0) nodes.push(svg('text', { x: left + at * each, y: height - 5 }, label(at)));
  });
  const told = bars.map((bar, at) => [label(at), bar.answer + bar.clarify + bar.handoff]).filter(([, n]) => n).map(([at, n]) => `${at} ${n} 条`);
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, width: '100%', role: 'img', 'aria-label': told.length ? `咨询量：${told.join('，')}` : '还没有咨询' }, nodes);
}

function when(time, step) {
  const at = new Date(time);
  return step === HOUR_MS ? `${at.getDate()}日${at.getHours()}时` : `${at.getMonth() + 1}/${at.getDate()}`;
}

/** The legend of the stacked charts. */
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
