// A walk over the pages of a registry: nothing fails, nothing is asked for elsewhere, axe finds nothing in either
// theme, and nothing is wider than a phone. The pictures are for people to look at.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COLLECTIONS } from '../../src/kinds/kinds.ts';
import { type Site, serveSite } from './site.ts';
import { FOLDER } from './snapshots.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  go,
  settled,
  startBrowser,
  THEMES,
  visit,
} from './visit.ts';

const PICTURES = join(FOLDER, 'pictures');

/** Looks at what is shown, in windows of three widths and in both themes. */
export async function look(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  for (const width of [360, 900, 1440]) {
    await page.setViewportSize({ width, height: 860 });
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      await settled(page);
      await page.screenshot({ path: join(PICTURES, `${name} ${width} ${theme}.png`) });
      // What a theme can change is colours, and those do not depend on the width.
      if (theme === 'light' && width !== 900) await expectAccessible(page);
      if (theme === 'dark' && width === 1440) await expectAccessible(page, 'colours');
    }
    await expectNoSidewaysScroll(page);
  }
}

/** So many things of a list are visited. */
const EACH = 25;

/** The addresses of the things that a list shows. */
async function linksOf(page: Page): Promise<string[]> {
  const links = page.locator('[role=table] [role=row] [role=cell]:first-child a');
  return links.evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).hash));
}

/** Empty for a project, whose page is its home. */
const kindOf = (hash: string): string => hash.split('/')[3] ?? '';

export interface Walk {
  registry: string;
  project: string;
  /** What has relations. */
  around: string;
  /** Which lists are looked at closely; things are of every kind. */
  lists: readonly string[];
  /** Which of the other pages. */
  pages: readonly string[];
}

export const PAGES: Record<string, (walk: Walk) => string> = {
  'home of all': () => '*',
  home: ({ project }) => project,
  health: ({ project }) => `${project}/health`,
  lineage: ({ project }) => `${project}/lineage`,
  'lineage in words': ({ project }) => `${project}/lineage?view=list`,
  'lineage around': ({ project, around }) => `${project}/lineage?around=${around}&up=3&down=3`,
  search: ({ project }) => `${project}/search?q=driver`,
  compare: ({ project }) => `${project}/compare`,
  'not there': ({ project }) => `${project}/feature-views/no_such_view`,
};

/** Every list, every thing and the other pages of one registry, as tests. */
export function walkThrough(walk: Walk): void {
  const { registry, lists, pages } = walk;
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    [browser, site] = await Promise.all([startBrowser(), serveSite()]);
  });
  afterAll(() => Promise.all([browser.close(), site.close()]));
  const address = () => (registry === 'example' ? `${site.address}#/example` : site.at(registry));

  test('every list, and every object in it', async () => {
    const { page, end } = await visit(browser, address());
    await page.getByRole('navigation', { name: 'Registry' }).waitFor();
    const links: string[] = [];
    for (const { id } of COLLECTIONS) {
      await go(page, `#/${registry}/*/${id}`);
      if (lists.includes(id)) await look(page, `${registry} ${id}`);
      links.push(...(await linksOf(page)).slice(0, EACH));
    }
    expect(links.length).toBeGreaterThan(15);
    const seen = new Set<string>();
    for (const link of links) {
      await go(page, link);
      await expect.poll(() => page.locator('main h1').textContent()).not.toBe('');
      expect(await page.locator('main').textContent()).not.toMatch(/could not be shown|viewer failed/i);
      const kind = kindOf(link);
      if (kind !== '' && !seen.has(kind)) await look(page, `${registry} one of ${kind}`);
      seen.add(kind);
    }
    await end();
  }, 300_000);

  test.each(pages)(
    '%s',
    async (title) => {
      const { page, end } = await visit(browser, address());
      await page.getByRole('navigation', { name: 'Registry' }).waitFor();
      await go(page, `#/${registry}/${PAGES[title]?.(walk)}`);
      await look(page, `${registry} ${title}`);
      await end();
    },
    120_000,
  );
}
