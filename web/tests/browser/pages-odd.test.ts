// The pages that what is hard to show may spoil.
import { ODD } from './snapshots.ts';
import { walkThrough } from './walk.ts';

walkThrough({
  registry: ODD,
  project: 'odd',
  around: 'data-sources/lonely',
  lists: ['feature-views', 'projects'],
  pages: ['home of all', 'home', 'health', 'lineage', 'search'],
});
