// The router: addresses live behind the `#`, so that the site works from any folder of any host, and
// what is looked at is never sent to it.
import { createBrowserHistory, parseHref } from '@tanstack/history';
import { createRouter } from '@tanstack/react-router';
import { writeParameters } from './addresses.ts';
import { routes } from './routes.tsx';

// TanStack's own hash history puts `location.search` (our ?src=) among the route's parameters.
const history = createBrowserHistory({
  parseLocation: () => parseHref(location.hash.slice(1) || '/', window.history.state),
  createHref: (path) => `${location.pathname}${location.search}#${path}`,
});

export const router = createRouter({
  routeTree: routes,
  history,
  parseSearch: parseParameters,
  stringifySearch: writeParameters,
  defaultPreload: false,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Every parameter is text; a route's `validateSearch` makes more of it. */
function parseParameters(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}
