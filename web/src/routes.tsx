// Every page and its address. A page is a folder with its component, loaded when it is first shown but for those that
// come first, and with what it keeps in the address, if anything (`validateSearch`).
import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compareSearch } from './compare/compareSearch.ts';
import { Frame } from './frame/Frame.tsx';
import { NotFound } from './frame/NotFound.tsx';
import { PageFailed } from './frame/PageFailed.tsx';
import { SnapshotGate } from './frame/SnapshotGate.tsx';
import { healthSearch } from './health/healthSearch.ts';
import { HomePage } from './home/HomePage.tsx';
import { lineageSearch } from './lineage/lineageSearch.ts';
import { ListPage } from './list/ListPage.tsx';
import { listSearch } from './list/listSearch.ts';
import { objectSearch } from './object/objectSearch.ts';
import { OpenPage } from './open/OpenPage.tsx';
import { searchSearch } from './search/searchSearch.ts';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound, errorComponent: PageFailed });

const open = createRoute({ getParentRoute: () => root, path: '/', component: OpenPage });

/** Pages of one snapshot; where it is not open, the gate says how to open it. */
const snapshot = createRoute({ getParentRoute: () => root, path: '/$snapshot', component: SnapshotGate });

const home = createRoute({
  getParentRoute: () => snapshot,
  path: '/$project',
  component: HomePage,
});

const list = createRoute({
  getParentRoute: () => snapshot,
  path: '/$project/$kind',
  validateSearch: listSearch,
  component: ListPage,
});

const object = createRoute({
  getParentRoute: () => snapshot,
  path: '/$project/$kind/$name',
  validateSearch: objectSearch,
  component: lazyRouteComponent(() => import('./object/ObjectPage.tsx'), 'ObjectPage'),
});

const lineage = createRoute({
  getParentRoute: () => snapshot,
  path: '/$project/lineage',
  validateSearch: lineageSearch,
  component: lazyRouteComponent(() => import('./lineage/LineagePage.tsx'), 'LineagePage'),
});

const search = createRoute({
  getParentRoute: () => snapshot,
  path: '/$project/search',
  validateSearch: searchSearch,
  component: lazyRouteComponent(() => import('./search/SearchPage.tsx'), 'SearchPage'),
});

const compare = createRoute({
  getParentRoute: () => snapshot,
  path: '/$project/compare',
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import('./compare/ComparePage.tsx'), 'ComparePage'),
});

const health = createRoute({
  getParentRoute: () => snapshot,
  path: '/$project/health',
  validateSearch: healthSearch,
  component: lazyRouteComponent(() => import('./health/HealthPage.tsx'), 'HealthPage'),
});

export const routes = root.addChildren([
  open,
  snapshot.addChildren([home, lineage, search, compare, health, list, object]),
]);
