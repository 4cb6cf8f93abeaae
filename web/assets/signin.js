// Signing in with an API key, or with the one-time link of the first start (`#link=…`).

import { call, useSession } from './api.js';
import { copyButton, el, fault, fill } from './dom.js';

// Set while this browser is signed in: a page that asked the server each time would log a refusal in the console.
const HERE = 'zhike.signed-in';

const EXPIRED = '登录已过期，请重新登录。';

const USED_LINK = '这个链接已经用过或过期了。可用密钥登录；密钥丢了，在服务器上运行 zhike serve --admin-link 再要一个链接。';

function mark(signed) {
  try {
    if (signed) localStorage.setItem(HERE, '1');
    else localStorage.removeItem(HERE);
  } catch {
    // Nothing is kept here: the next page asks for the key again.
  }
}

function marked() {
  try {
    return localStorage.getItem(HERE) === '1';
  } catch {
    return false;
  }
}

function begin(session) {
  useSession(session);
  mark(true);
  return session;
}

/** Gives the session; shows the form in `root` until there is one. `left` tells whose session is over what is not lost. */
export async function signedIn(root, title, left = '') {
  const link = new URLSearchParams(location.hash.slice(1)).get('link');
  if (link) {
    // Out of the address bar and the history before anything else: it is a secret.
    history.replaceState(null, '', location.pathname);
    try {
      const session = await call('POST', '/v1/session', { body: { link } });
      begin(session);
      if (session.key) await showKey(root, session.key);
      return session;
    } catch (problem) {
      return form(root, title, problem.status === 401 ? USED_LINK : problem.message);
    }
  }
  if (!marked()) return form(root, title, '');
  try {
    return begin(await call('GET', '/v1/session'));
  } catch (problem) {
    if (problem.status === 401) mark(false);
    return form(root, title, problem.status === 401 ? `${EXPIRED}${left}` : problem.message);
  }
}

/** Tells in `root` why a page could not begin, and lets it be tried again. */
export const couldNotBegin = (root) => (problem) => fill(root, el('main', { class: 'signin' }, fault(problem), el('button', { type: 'button', onclick: () => location.reload() }, '重试')));

/** Ends the session. */
export async function signOut() {
  await call('DELETE', '/v1/session').catch(() => null);
  mark(false);
  location.reload();
}

function showKey(root, key) {
  return new Promise((resolve) => {
    fill(root, el('div', { class: 'signin' },
      el('h1', null, '请保存管理员密钥'),
      el('p', { class: 'soft' }, '它只显示这一次，下次登录要用。'),
      el('p', null, el('code', { class: 'pre' }, key)),
      el('p', { class: 'row' }, copyButton(key), el('button', { type: 'button', class: 'primary', onclick: resolve }, '已保存，进入'))));
  });
}

function form(root, title, said) {
  return new Promise((resolve) => {
    const told = el('p', { class: 'notice bad', role: 'alert', hidden: !said }, said);
    const key = el('input', { id: 'key', type: 'password', autocomplete: 'current-password', placeholder: 'zk_…', required: true });
    const submit = async (event) => {
      event.preventDefault();
      try {
        const session = await call('POST', '/v1/session', { body: { key: key.value.trim() } });
        resolve(begin(session));
      } catch (problem) {
        told.textContent = problem.message;
        told.hidden = false;
        key.select();
      }
    };
    fill(root, el('main', { class: 'signin' },
      el('h1', null, title),
      el('p', { class: 'soft' }, '输入管理员给您的密钥。第一次使用的管理员，请打开程序启动时显示的一次性链接。'),
      el('form', { onsubmit: submit }, el('input', { type: 'text', autocomplete: 'username', value: 'zhike', hidden: true, 'aria-hidden': 'true', tabindex: '-1' }), el('label', { for: 'key' }, '密钥'), key, el('button', { class: 'primary' }, '登录'), told)));
    key.focus();
  });
}
