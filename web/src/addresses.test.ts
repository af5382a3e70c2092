import { createMemoryHistory } from '@tanstack/history';
import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { expect, test } from 'vitest';
import { addresses, hrefOf, writeParameters } from './addresses.ts';

test.each([
  'a',
  'a b',
  'a/b',
  'a?b=c#d',
  '50%',
  '100%25',
  'ä',
  '*',
  'view:feature',
  "it's",
  'x@y',
  '$name',
  '.',
])('the address of what is called `%s` is that of the router', (name) => {
  const root = createRootRoute();
  const paths = ['/$snapshot/$project', '/$snapshot/$project/$kind', '/$snapshot/$project/$kind/$name'];
  const router = createRouter({
    routeTree: root.addChildren(paths.map((path) => createRoute({ getParentRoute: () => root, path }))),
    history: createMemoryHistory(),
    stringifySearch: writeParameters,
  });
  const at = addresses(name, name);
  const told = [
    at.thing({ kind: 'FeatureView', project: name, name }),
    at.thing({ kind: 'Project', project: name, name }),
    at.list('feature-views', name),
  ];
  for (const address of told) {
    expect(hrefOf(address)).toBe(`#${router.buildLocation(address as never).publicHref}`);
  }
});
