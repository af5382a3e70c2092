// The pages that show what goes on: freshness, materialization, versions.
import { walkThrough } from './walk.ts';

walkThrough({
  registry: 'example',
  project: 'rides',
  around: 'feature-views/driver_hourly_stats',
  lists: ['feature-views'],
  pages: ['home', 'health', 'lineage', 'lineage around'],
});
