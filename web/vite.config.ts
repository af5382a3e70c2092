// Builds the static site: relative addresses, so that it works from any folder of any host.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { contentSecurityPolicy } from './build/content-security-policy.ts';
import { earlyWorker } from './build/early-worker.ts';
import { offline } from './build/offline.ts';
import { precompressed } from './build/precompressed.ts';

/** Few files rather than small ones, each of which is a round trip: what every page has, and what lies over pages. */
const CHUNKS = [
  { name: 'parts', test: /src.(kinds|parts.(?!Dialog|Popover)|registry)|lucide-react|csp-provider/ },
  { name: 'controls', test: /@base-ui|@floating-ui/ },
];

export default defineConfig({
  base: './',
  plugins: [react(), contentSecurityPolicy(), earlyWorker(), offline(), precompressed()],
  worker: { format: 'es' },
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // Nothing is inlined: `data:` addresses are not allowed for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  test: {
    projects: [
      { extends: true, test: { name: 'logic', include: ['src/**/*.test.{ts,tsx}', 'build/**/*.test.ts'] } },
      // In a real browser, on what `npm run build` made.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      // The same, measured: `cargo xtask bench --viewer`.
      {
        extends: true,
        test: {
          name: 'speed',
          include: ['tests/speed/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
