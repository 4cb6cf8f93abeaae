// Charts as inline SVG. Each has a text that says the same.

import { el, svg } from './dom.js';
import { duration } from './words.js';

/** What the parts of a bar are, from below: name in the API, name for people. */
const OUTCOMES = { answer: '回答', clarify: '追问', handoff: '转人工' };
const THUMBS = { up: '好评', down: '差评' };
const HOUR_MS = 3600000;

// Drawn at its own size, so that letters keep theirs on a phone.
const room = (most) => Math.max(280, Math.min(most, document.documentElement.clientWidth - 60));

/** The days of a stretch, or its hours where it is short: how many, which one a moment lies in, and what each is called. */
function slots(days) {
  const step = days <= 3 ? HOUR_MS : 24 * HOUR_MS;
  const offset = new Date().getTimezoneOffset() * 60000;
  const slot = (time) => Math.floor((time - offset) / step);
  const last = slot(Date.now());
  // One more than whole ones fit: a stretch of seven days from now back begins within the eighth.
  const count = Math.round((days * 24 * HOUR_MS) / step) + 1;
  return { count, of: (at) => count - 1 - (last - slot(new Date(at).getTime())), label: (at) => when((last - (count - 1 - at)) * step + offset, step), every: Math.ceil(count / Math.max(2, Math.floor(room(1040) / 90))) };
}

const none = (kinds) => Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));

/** Counts by hour, stacked by kind. `hours`: `{name: "<RFC 3339> <kind>", count}`. */
function counted(hours, days, kinds, what) {
  const { count, of, label, every } = slots(days);
  const bars = Array.from({ length: count }, () => none(kinds));
  for (const { name, count: n } of hours) {
    const [at, kind] = name.split(' ');
    const bar = bars[of(at)];
    if (bar && kind in bar) bar[kind] += n;
  }
  return stacked(bars, { label, every, kinds, what });
}

/** Questions by hour, stacked by outcome. */
export const byHour = (hours, days) => counted(hours, days, OUTCOMES, '咨询');

/** Thumbs by hour. */
export const thumbsByHour = (hours, days) => counted(hours, days, THUMBS, '评价');

/** Questions by the hour of the day they were asked in, all days together. */
export function byHourOfDay(hours) {
  const bars = Array.from({ length: 24 }, () => none(OUTCOMES));
  for (const { name, count: n } of hours) {
    const [at, outcome] = name.split(' ');
    const bar = bars[new Date(at).getHours()];
    if (outcome in bar) bar[outcome] += n;
  }
  return stacked(bars, { label: (at) => `${at}时`, every: 3, kinds: OUTCOMES, what: '咨询' });
}

/** How long buyers waited on average, by hour. `hours`: `{name: "<RFC 3339>", claimed, total_s}`. */
export function waitsByHour(hours, days) {
  const { count, of, label, every } = slots(days);
  const sums = Array.from({ length: count }, () => ({ claimed: 0, total: 0 }));
  for (const { name, claimed, total_s: total } of hours) {
    const sum = sums[of(name)];
    if (!sum) continue;
    sum.claimed += claimed;
    sum.total += total;
  }
  const bars = sums.map(({ claimed, total }) => ({ bar: claimed ? total / claimed : 0 }));
  return stacked(bars, { label, every, kinds: { bar: '平均等了' }, what: '平均等待', amount: duration, known: (at) => sums[at].claimed > 0 });
}

/** Bars of several kinds; every `every`-th has its label below. `amount`: a number as people read it; `known`: whether there is one. */
function stacked(bars, { label, every, kinds, what, amount = String, known = null }) {
  const count = bars.length;
  const sum = (bar) => Object.values(bar).reduce((all, n) => all + n, 0);
  const most = Math.max(1, ...bars.map(sum));
  const [width, height, left, foot] = [room(1040), 200, 44, 20];
  const each = (width - left) / count;
  const scale = (height - foot - 10) / most;
  // Whole numbers only: half a question is none.
  const nodes = [...new Set([0, Math.round(most / 2), Math.round(most)])].map((value) => {
    const y = height - foot - value * scale;
    return [svg('line', { class: 'c-grid', x1: left, x2: width, y1: y, y2: y }), svg('text', { x: left - 4, y: y + 4, 'text-anchor': 'end' }, amount(value))];
  });
  const parts = (bar) => Object.entries(kinds).map(([kind, called]) => `${called} ${amount(bar[kind])}`).join('，');
  bars.forEach((bar, at) => {
    let y = height - foot;
    for (const kind of Object.keys(kinds)) {
      const h = bar[kind] * scale;
      y -= h;
      if (h) nodes.push(svg('rect', { class: `c-${kind}`, x: left + at * each + 1, y, width: Math.max(1, each - 2), height: h }, svg('title', null, `${label(at)}：${parts(bar)}`)));
    }
    if (at % every === 0) nodes.push(svg('text', { x: left + at * each, y: height - 5 }, label(at)));
  });
  const told = bars.map((bar, at) => [label(at), sum(bar), at]).filter(([, n, at]) => (known ? known(at) : n)).map(([at, n, i]) => (amount === String ? `${at} ${n} 条（${parts(bars[i])}）` : `${at} ${amount(n)}`));
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, width: '100%', role: 'img', 'aria-label': told.length ? `${what}：${told.join('，')}` : `还没有${what}` }, nodes);
}

function when(time, step) {
  const at = new Date(time);
  return step === HOUR_MS ? `${at.getDate()}日${at.getHours()}时` : `${at.getMonth() + 1}/${at.getDate()}`;
}

const keys = (names) => el('div', { class: 'legend' }, Object.entries(names).map(([key, label]) => el('span', null, el('i', { class: key }), label)));

/** The legend of the charts of questions. */
export const legend = () => keys({ answer: '已回答', clarify: '已追问', handoff: '转人工' });

/** The legend of the charts of thumbs. */
export const thumbLegend = () => keys(THUMBS);

/** Rows as horizontal bars. `rows`: `{label, count, told?, parts?}`; `told` stands for the count, `parts` (`{kind: n}`) colour it. */
export function bars(rows) {
  const most = Math.max(1, ...rows.map((row) => row.count));
  const [width, step, left] = [room(500), 28, 180];
  const told = (row) => row.told ?? String(row.count);
  return svg('svg', { viewBox: `0 0 ${width} ${rows.length * step}`, width: '100%', role: 'img', 'aria-label': rows.map((row) => `${row.label} ${told(row)}`).join('，') },
    rows.map((row, at) => {
      const scale = (width - left - 84) / most;
      let x = left;
      const drawn = Object.entries(row.parts ?? { bar: row.count }).filter(([kind, n]) => n || kind === 'bar').map(([kind, n]) => {
        const long = Math.max(2, n * scale);
        x += long;
        return svg('rect', { class: `c-${kind}`, x: x - long, y: at * step + 5, width: long, height: step - 10, rx: row.parts ? 0 : 3 });
      });
      return [
        svg('text', { x: left - 8, y: at * step + 17, 'text-anchor': 'end' }, row.label.length > 12 ? `${row.label.slice(0, 11)}…` : row.label, svg('title', null, row.label)),
        drawn, svg('text', { x: x + 6, y: at * step + 17 }, told(row)),
      ];
    }));
}
