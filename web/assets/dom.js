// Building the page. Text only ever enters as text nodes, so that nothing a person wrote is read as markup.

const SVG = 'http://www.w3.org/2000/svg';

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'disabled' || name === 'hidden') node[name] = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element: attributes, `on…` listeners, children (strings become text). */
export const el = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);

/** An SVG element. */
export const svg = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

/** The element of an id that the page is written with. */
export const byId = (id) => document.getElementById(id);

/** Replaces what an element holds. */
export const fill = (node, ...children) => {
  node.replaceChildren();
  return build(node, null, children);
};

/** What went wrong, for people; what programmers want to know of it opens on demand. Whose session is over signs in again. */
export const fault = (problem) => el('div', { class: 'notice bad' }, problem.message,
  problem.status === 401 ? [' ', el('button', { type: 'button', class: 'small', onclick: () => location.reload() }, '重新登录')] : null,
  problem.detail ? el('details', { class: 'small' }, el('summary', null, '详情'), problem.detail) : null);

/** Text with the character ranges `[start, end)` marked. Ranges count code points, as the server does. */
export function marked(text, ranges) {
  const chars = Array.from(text);
  const out = [];
  let at = 0;
  for (const [start, end] of [...(ranges ?? [])].sort((a, b) => a[0] - b[0])) {
    if (start < at || end <= start || start >= chars.length) continue;
    out.push(chars.slice(at, start).join(''), el('mark', null, chars.slice(start, end).join('')));
    at = end;
  }
  out.push(chars.slice(at).join(''));
  return out;
}

/** Whether a key press belongs to an input method that is still composing (Safari ends composition before keydown). */
export const composing = (event) => event.isComposing || event.keyCode === 229;

/** Copies text; false where the browser refuses. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A button that copies a text and says so. */
export function copyButton(text) {
  const press = async (event) => {
    const pressed = event.currentTarget;
    pressed.textContent = await copy(text) ? '已复制' : '浏览器不允许复制，请手动选中';
  };
  return el('button', { type: 'button', onclick: press }, '复制');
}

/** What this browser remembers; null where it keeps nothing. */
export function kept(what) {
  try {
    return localStorage.getItem(what);
  } catch {
    return null;
  }
}

/** Remembers it. */
export function keep(what, value) {
  try {
    localStorage.setItem(what, value);
  } catch {
    // Private windows keep nothing: it then holds until the page is closed.
  }
}
