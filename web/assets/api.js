// Talking to the server: JSON in, JSON out, faults as `Problem` with a wording for people.

const WORDS = {
  offline: '网络不通，请检查网络后重试',
  unauthorized: '密钥或链接无效，请向管理员要新的密钥',
  expired: '登录已过期，请重新登录',
  'wrong-scope': '这个密钥没有此项权限',
  'other-shop': '这个密钥不能查看该店铺',
  'not-your-conversation': '这个会话已失效',
  'no-such-shop': '没有这家店铺',
  'not-built': '店铺还没有准备好，请稍后再试',
  'question-empty': '请先输入内容',
  'question-too-long': '内容太长，请分几次发送',
  'text-too-long': '内容太长，请分几次发送',
  'too-many-requests': '操作太频繁，请稍等片刻',
  'bad-time': '时间格式不对，请写成 2026-11-11 20:00',
  'not-found': '没有找到，可能已被移走',
  'not-csv': '这一条不在 CSV 文件里，请在原文件里手动加上',
  'not-editable': '这个文件有没配对的引号或损坏的字符，请先修好',
  'file-changed': '文件刚被改过，请重新看一遍改动',
  'gate-refused': '有考题会变差，没有写入',
  'faulty-files': '文件里有错误，请先在「文件检查」里改好',
  'bad-change': '内容不合适，请改一改',
  taken: '这个会话在同事手上，已为您刷新',
  outdated: '买家又转了人工，这是旧工单；请到新工单处理',
  'illegal-move': '工单的状态已经变了，已为您刷新',
  unclaimed: '这个工单还没有人接，先接入再操作',
  'forbidden-word': '回复里有本店的禁发词，不能发送；请改一改',
  'idempotency-key-reused': '这条内容已经用同一编号发过了，请重新发送',
  'text-empty': '请先输入内容',
  'last-admin': '这是最后一把管理员密钥，请先新建一把再吊销',
  'bad-name': '名称要有 1 到 40 个字',
  'bad-skill': '技能组的名字最多 40 个字',
  'too-many-streams': '在线的人太多，实时消息稍后恢复',
};

const BY_STATUS = { 401: '请重新登录', 403: '没有权限', 404: '没有找到', 409: '已被他人处理，请刷新后再试', 413: '内容太长', 429: '操作太频繁，请稍等片刻', 503: '服务繁忙，请稍后再试' };

/** A refused or failed request. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(WORDS[body.code] ?? BY_STATUS[status] ?? '出了点问题，请稍后再试');
    this.status = status;
    this.code = body.code ?? '';
    this.detail = body.detail ?? '';
    this.request = body.request_id ?? '';
    this.retryAfter = retryAfter;
  }
}

// How often a request is sent again to a busy server.
const BUSY_TRIES = 5;

let csrf = null;

/** Takes up a session: what changes something is sent with its CSRF token. */
export function useSession(session) {
  csrf = session?.csrf ?? null;
}

/** A fresh idempotency key. `randomUUID` is missing on pages served without TLS. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Calls the API. `token`: a buyer's token; the cookie of an agent signed in in the same browser then stays out of it.
 * @throws {Problem}
 */
export async function call(method, path, { body, token, key, anonymous, signal, tries = BUSY_TRIES } = {}) {
  const headers = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token) headers.authorization = `Bearer ${token}`;
  else if (csrf && method !== 'GET') headers['x-csrf-token'] = csrf;
  if (key) headers['idempotency-key'] = key;
  let response;
  try {
    response = await fetch(path, {
      method, headers, signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: token || anonymous ? 'omit' : 'same-origin',
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, { code: 'offline' });
  }
  const text = await response.text();
  let json = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    json = null;
  }
  // A busy server says when to come back. What is sent again under its key is done once.
  const back = Number(response.headers.get('retry-after'));
  if (response.status === 503 && back > 0 && back <= 5 && tries > 0 && (method === 'GET' || key)) {
    await new Promise((resolve) => setTimeout(resolve, back * 1000));
    return call(method, path, { body, token, key, anonymous, signal, tries: tries - 1 });
  }
  // Who was signed in has no wrong key: the session is over, or another tab began a new one.
  if ((response.status === 401 || json?.code === 'csrf') && csrf && !token) throw new Problem(401, { ...json, code: 'expired' });
  if (!response.ok) throw new Problem(response.status, json ?? {}, Number(response.headers.get('retry-after')) || null);
  return json;
}

/** A query string without what is empty. */
export function query(fields) {
  const set = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return set.length ? `?${new URLSearchParams(set)}` : '';
}

/** The API path of a shop. */
export const shopPath = (shop, rest = '') => `/v1/shops/${encodeURIComponent(shop)}${rest}`;
