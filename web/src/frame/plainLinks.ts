// Plain `<a href="#/...">`, of which a long list has hundreds: followed by the router, as its own links are, so that
// it knows of each page where it was scrolled to.
import { router } from '../router.ts';

export function followPlainLinks(): void {
  document.addEventListener('click', (event) => {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const address = link?.getAttribute('href');
    // Anything else is for the browser: another tab, a download.
    if (!isPlain || event.defaultPrevented || !address?.startsWith('#/')) return;
    event.preventDefault();
    router.history.push(address.slice(1));
  });
}
