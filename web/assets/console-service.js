// How buyers were served, as charts: how long they waited for a person, and what they thought of the answers.

import { bars, thumbLegend, thumbsByHour, waitsByHour } from './charts.js';
import { el } from './dom.js';
import { REASONS, duration, name } from './words.js';

/** What a thumb was given on, where it was no handoff. */
const ANSWERED = { answer: '机器人答复', clarify: '追问', agent: '客服回复' };

const section = (title, drawn, none) => el('section', { class: 'card' }, el('h3', null, title), drawn ?? el('p', { class: 'soft' }, none));

/** Thumbs by what they were given on, the worst first. `rows`: `{name: "<what> <up or down>", count}`. */
function thumbs(rows) {
  const on = new Map();
  for (const { name: what, count } of rows) {
    const [given, verdict] = what.split(' ');
    const parts = on.get(given) ?? { up: 0, down: 0 };
    on.set(given, { ...parts, [verdict]: count });
  }
  return [...on].map(([given, parts]) => ({ label: Object.hasOwn(ANSWERED, given) ? ANSWERED[given] : name(REASONS, given), parts, count: parts.up + parts.down, told: `好 ${parts.up} · 差 ${parts.down}` }))
    .sort((a, b) => b.parts.down - a.parts.down || b.count - a.count);
}

/** The charts of waiting and of thumbs. */
export function service(stats, days) {
  const { waiting } = stats;
  const each = days <= 3 ? '每小时' : '每天';
  const reasons = waiting.reasons.map((row) => ({ label: name(REASONS, row.name), count: row.median_s, told: `${duration(row.median_s)}（${row.claimed} 单）` }));
  const given = thumbs(stats.feedback_on);
  return [
    section(`${each}等人工多久（平均）`, waiting.hours.length ? waitsByHour(waiting.hours, days) : null, '还没有接入过工单'),
    section(`${each}好评和差评`, given.length ? [thumbsByHour(stats.feedback_hours, days), thumbLegend()] : null, '还没有评价'),
    el('div', { class: 'two' },
      section('哪类问题等得久（中位数）', reasons.length ? bars(reasons) : null, '还没有接入过工单'),
      section('评价给了什么', given.length ? bars(given) : null, '还没有评价')),
  ];
}
