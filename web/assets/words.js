// The Chinese names of what the API names in English, and times as people write them.

export const REASONS = {
  requested: '要求人工', complaint: '投诉', risk: '安全/健康风险', order_specific: '订单问题', volatile_fact: '价格库存',
  sensitive: '敏感词', not_in_force: '规则不在有效期', repeated: '多次未解决', low_confidence: '把握不足', no_match: '知识库没有',
};
export const STATES = { bot: '机器人接待', waiting: '待接入', with_agent: '接待中', resolved: '已解决', reopened: '重新打开' };
export const OUTCOMES = { answer: '已回答', clarify: '已追问', handoff: '转人工' };
export const KINDS = { faq: '问答', product: '商品', spec: '参数', policy: '规则', size: '尺码', script: '话术' };
/** How a decision came about, for merchants. */
const RULES = {
  threshold: '把握不够', clarify: '请买家确认', script: '话术', chosen: '买家点选', repeated: '重复没答上', rephrase: '请买家换个说法', blocked_word: '禁发词',
  'product.ask': '问是哪一款', 'product.about': '商品介绍', 'size.ask': '问身体尺寸', 'size.handoff': '尺码表外', 'spec.missing': '没有这项参数', 'spec.not_in_force': '参数不在有效期',
  no_candidate: '没有找到资料', not_in_force: '规则不在有效期', intent: '没有讲这件事的内容', 'guard.topic': '护栏：店铺指定的话题', connector: '实时查询', with_agent: '人工接待中',
};
export const LAYERS = { law: '法律', platform: '平台', shop: '店铺', category: '类目', product: '商品', promotion: '活动' };
export const SEVERITIES = { error: '错误', warning: '警告', info: '提示' };
export const STAGES = { read: '读取文件', build: '建立索引', embed: '计算语义', golden: '试答考题', gate: '质量把关', publish: '发布' };
export const RESULTS = { published: '已发布', unchanged: '内容没有变化，无需发布', refused: '质量把关未通过，线上版本不变', faulty: '文件有错误，线上版本不变' };
export const COUNTS = { entries: '条目', faq: '问答', products: '商品', specs: '参数', charts: '尺码表', policies: '规则', golden: '考题' };
export const STEPS = { publish: '发布', rollback: '换上这一版', back: '退回到这一版', refused: '把关未通过' };
export const SCOPES = { ask: '提问', desk: '客服', knowledge: '知识管理', admin: '管理员' };
export const SCRIPTS = {
  greeting: '问候', ask_again: '请买家细说', hours: '服务时间', ask_product: '问是哪一款', acknowledge: '应答', thanks: '不客气', goodbye: '告别', rephrase: '请买家换个说法',
  clarify: '请买家确认', clarify_one: '请买家确认', caution: '提醒以标注为准', no_match: '没有资料', handoff: '转人工', off_hours: '非服务时间', waiting: '排队提示', limited: '适用范围',
};
export const COLUMNS = {
  id: '编号', question: '问题', similar: '相似问题', negative: '否定问法', keywords: '关键词', answer: '答案', category: '分类', products: '适用商品', categories: '适用类目',
  order_states: '订单状态', layer: '层级', valid_from: '生效时间', valid_until: '失效时间', clarify: '是否澄清', related: '关联问题', name: '商品名称', aliases: '别名', size_chart: '尺码表',
  goes_with: '搭配', skus: '规格', url: '链接', on_sale_from: '上架时间', on_sale_until: '下架时间', size: '尺码', expect: '期望', product: '商品', at: '时间', previous: '前文', title: '标题',
};
export const LISTS = { 'handoff words': '转人工词', words: '词表', synonyms: '同义词', stopwords: '停用词', blocked: '禁发词', scripts: '话术', settings: '设置' };
export const ACTORS = { cli: '命令行', 'first start': '首次启动', watch: '自动更新', admin: '管理员' };
export const LESSONS = { chosen_option: '买家点选', thumb_up: '买家说有帮助', thumb_down: '买家说没帮助', agent_reply: '客服回复', agent_entry: '客服采用' };
export const WARNINGS = { absolute: '极限词', platform: '平台禁止', rude: '不文明', sensitive: '禁发词', personal: '个人信息', expired: '规则过期', contradiction: '与规则不符', promise: '超出规则的承诺', field: '没填的空' };
export const ACTIONS = {
  'sign-in': '登录', 'key.create': '新建密钥', 'key.revoke': '吊销密钥', 'ticket.requeue': '工单退回队列', rebuild: '重建知识库', rollback: '切换版本',
  'learning.accepted': '采纳学习', 'learning.rejected': '拒绝学习',
  'change.phrasing': '加相似问法', 'change.entry': '新增条目', 'change.golden': '新增考题', publish: '发布',
};

/** The Chinese name, or the English one where a newer server knows more. */
export const name = (table, key) => (Object.hasOwn(table, key ?? '') ? table[key] : key ?? '');

/** A rule's name: its own, that of the guard, or of the kind of knowledge it reads (`size.chart`: 尺码). */
export function ruleName(rule) {
  const [kind, what] = rule.split('.');
  if (Object.hasOwn(RULES, rule)) return RULES[rule];
  if (Object.hasOwn(RULES, kind)) return RULES[kind];
  return kind === 'guard' ? `护栏：${name(REASONS, what)}` : name(KINDS, kind);
}

/** An entry's kind and number; a number that the program made up tells a merchant nothing. */
export function entryLabel(id) {
  const [, kind, own] = /^([a-z]+):(.*)$/s.exec(id) ?? [null, '', id];
  return [name(KINDS, kind), /^q-[0-9a-f]{10}$/.test(own) ? '' : own].filter(Boolean).join(' ');
}

/** The first characters of a long text. */
export const brief = (text, most = 80) => (Array.from(text).length > most ? `${Array.from(text).slice(0, most).join('')}…` : text);

/** What a program wrote as a reason, for people; a person's own words stay. */
export const why = (message) => ({ 'first build': '第一次建立', 'files changed': '文件有改动' })[message] ?? message;

/** `+3 −1 ~5 同义词`: what a version changed. */
export const changes = (text) => Object.entries(LISTS).reduce((said, [list, label]) => said.replace(new RegExp(`(^| )${list}(?= |$)`), `$1${label}`), text ?? '');

/** The end of a ticket's id, as buyers and agents tell it to each other. */
export const ticketNumber = (id) => id.slice(-6).toUpperCase();

/** Orders moments as the server writes them: as text, `…37.97Z` would stand behind `…37.971Z`. */
export const byTime = (a, b) => Date.parse(a) - Date.parse(b);

const clock = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat('zh-CN', { month: 'numeric', day: 'numeric', weekday: 'short' });
const full = new Intl.DateTimeFormat('zh-CN', { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false });

/** `14:05`, `昨天 14:05`, `11月9日周一 14:05`. */
export function chatTime(at, now = new Date()) {
  const then = new Date(at);
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return clock.format(then);
  return `${days === 1 ? '昨天' : day.format(then)} ${clock.format(then)}`;
}

/** `2026/11/23 14:05`. */
export const fullTime = (at) => full.format(new Date(at));

/** `45秒`, `3分`, `2小时5分`. */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}秒`;
  if (s < 3600) return `${Math.floor(s / 60)}分`;
  if (s < 86400) return `${Math.floor(s / 3600)}小时${Math.floor((s % 3600) / 60)}分`;
  return `${Math.floor(s / 86400)}天`;
}

/** `18:05`, with the day where it is another: `明天 08:30`, `11月30日 08:30`. */
export function dueTime(at, now = new Date()) {
  const then = new Date(at);
  const days = Math.round((new Date(then).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return clock.format(then);
  return `${days === 1 ? '明天' : day.format(then)} ${clock.format(then)}`;
}

/** `87%`; of nothing: `–`. */
export const percent = (part, whole) => (whole > 0 ? `${Math.round((part / whole) * 100)}%` : '–');
