// A live stream that goes on where it stopped, whatever broke it.

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

// The server sends a ping every 15 seconds. A line that a sleep or a router cut stays open for the browser.
const SILENCE_MS = 45000;
const LOOK_EVERY_MS = 5000;

/**
 * Watches server-sent events. `url(after)` gives the address to resume from; `kinds` are the event names.
 * `onEvent` gets each event once, in order; `onLine` is told whether the line is up.
 */
export function watch({ url, after, kinds, onEvent, onLine }) {
  let last = after;
  let wait = FIRST_WAIT_MS;
  let source = null;
  let timer = null;
  let closed = false;
  let heard = 0;

  const open = () => {
    source = new EventSource(url(last));
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      heard = Date.now();
      onLine?.(true);
    };
    source.onerror = () => {
      onLine?.(false);
      // The browser resumes a broken line by itself, but gives up on a refusal; that is ours to try again.
      if (source.readyState !== EventSource.CLOSED || closed) return;
      clearTimeout(timer);
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
    for (const kind of kinds) source.addEventListener(kind, take);
    source.addEventListener('ping', () => { heard = Date.now(); });
  };

  const take = (frame) => {
    heard = Date.now();
    const event = JSON.parse(frame.data);
    if (typeof event.seq === 'number') {
      if (event.seq <= last) return;
      last = event.seq;
    }
    onEvent(event);
  };

  open();
  const look = setInterval(() => {
    if (source.readyState !== EventSource.OPEN || Date.now() - heard < SILENCE_MS) return;
    source.close();
    onLine?.(false);
    open();
  }, LOOK_EVERY_MS);
  return {
    close() {
      closed = true;
      clearInterval(look);
      clearTimeout(timer);
      source.close();
    },
  };
}
