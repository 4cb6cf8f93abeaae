// Puts the chat on a shop's page:
//   <script src="https://…/embed.js" data-shop="dress" data-product="P001" async></script>
// Everything is styled through properties, so that a strict style policy of the page does not matter.
(() => {
  const script = document.currentScript;
  if (!script?.dataset.shop || document.getElementById('zhike-chat')) return;
  const { shop, product, label = '联系客服', side = 'right' } = script.dataset;
  const address = new URL(`/chat/${encodeURIComponent(shop)}`, script.src);
  if (product) address.searchParams.set('product', product);
  address.searchParams.set('channel', 'embed');

  const style = (node, rules) => Object.assign(node.style, rules);
  const host = document.createElement('div');
  host.id = 'zhike-chat';
  const edge = side === 'left' ? 'left' : 'right';
  style(host, { position: 'fixed', zIndex: '2147483000', [edge]: '20px', bottom: 'calc(20px + env(safe-area-inset-bottom, 0px))' });

  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.setAttribute('aria-expanded', 'false');
  style(button, {
    border: '0', borderRadius: '26px', padding: '0 22px', height: '52px', background: '#08753f', color: '#fff', cursor: 'pointer',
    font: '600 16px/52px system-ui, "PingFang SC", "Microsoft YaHei", sans-serif', boxShadow: '0 4px 16px rgba(0,0,0,.25)',
  });

  let frame = null;
  const small = () => window.matchMedia('(max-width: 520px)').matches;
  const place = () => {
    if (!frame) return;
    style(frame, small()
      ? { position: 'fixed', inset: '0 0 64px 0', width: '100%', height: 'calc(100% - 64px)', borderRadius: '0' }
      : { position: 'absolute', inset: 'auto', [edge]: '0', bottom: '64px', width: '384px', height: 'min(640px, calc(100vh - 120px))', borderRadius: '12px' });
  };
  const toggle = (open) => {
    if (open && !frame) {
      frame = document.createElement('iframe');
      frame.title = label;
      frame.src = address.href;
      style(frame, { border: '0', background: '#ededed', boxShadow: '0 8px 32px rgba(0,0,0,.3)' });
      host.prepend(frame);
      place();
    }
    if (frame) frame.style.display = open ? 'block' : 'none';
    button.textContent = open ? '收起' : label;
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', () => toggle(button.getAttribute('aria-expanded') !== 'true'));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') toggle(false);
  });
  window.addEventListener('resize', place);
  host.append(button);
  (document.body ?? document.documentElement).append(host);
})();
