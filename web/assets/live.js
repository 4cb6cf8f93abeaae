// A live stream that goes on where it stopped, whatever broke it.

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

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

  const open = () => {
    source = new EventSource(url(last));
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
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
  };

  const take = (frame) => {
    const event = JSON.parse(frame.data);
    if (typeof event.seq === 'number') {
      if (event.seq <= last) return;
      last = event.seq;
    }
    onEvent(event);
  };

  open();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      source.close();
    },
  };
}
