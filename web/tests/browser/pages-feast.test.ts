// All pages, on a registry with every kind of object, written by Feast.
import { FEAST } from './snapshots.ts';
import { PAGES, walkThrough } from './walk.ts';

walkThrough({
  registry: FEAST,
  project: 'interop',
  around: 'feature-views/driver_stats',
  lists: ['feature-views', 'features', 'data-sources', 'permissions', 'validation-references'],
  pages: Object.keys(PAGES),
});
