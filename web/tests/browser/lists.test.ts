// Long lists: scrolled, sorted, filtered, exported.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Site, serveSite } from './site.ts';
import { FEAST, OBJECTS } from './snapshots.ts';
import { expectAccessible, go, settled, startBrowser, type Visit, visit } from './visit.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), serveSite()]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

const names = (page: Page): Promise<string[]> =>
  page
    .locator('[role=table] [role=row] [role=cell]:first-child a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('title') ?? ''));
const amount = (page: Page) => page.locator('main [role=status]').first().textContent();
const table = (page: Page) => page.getByRole('table');
const number = (text: string | null) => Number(text?.replaceAll(/[^0-9]/g, ''));

async function saved(page: Page, format: 'CSV' | 'JSON'): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: format }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  await page.keyboard.press('Escape');
  return text;
}

describe('100,000 objects', () => {
  let visited: Visit;
  beforeAll(async () => {
    visited = await visit(browser, site.at(OBJECTS, '*/features'));
    await table(visited.page).waitFor();
  });
  afterAll(() => visited.end());

  test('scroll to their end, without ever being there as a whole', async () => {
    const { page } = visited;
    const rows = number(await amount(page));
    expect(rows).toBeGreaterThan(400_000);
    // A flight over the list, as by the wheel, and then to its end.
    const most = await table(page).evaluate(async (table) => {
      let most = 0;
      for (let step = 1; step <= 60; step += 1) {
        table.scrollTop += 400;
        await new Promise(requestAnimationFrame);
        most = Math.max(most, table.querySelectorAll('[role=row]').length);
      }
      table.scrollTop = table.scrollHeight;
      return most;
    });
    expect(most).toBeLessThan(100);
    await page
      .locator(`[role=row][aria-rowindex="${rows + 1}"] a`)
      .first()
      .waitFor();
  });

  test('sort and filter', async () => {
    const { page } = visited;
    await go(page, `#/${OBJECTS}/*/feature-views`);
    const all = number(await amount(page));
    expect(all).toBe(50_000);
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await settled(page);
    const ascending = await names(page);
    expect(ascending).toEqual([...ascending].sort());
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await settled(page);
    const descending = await names(page);
    expect(descending).toEqual([...descending].sort().reverse());
    expect((descending[0] ?? '') > (ascending[0] ?? '')).toBe(true);

    await page.keyboard.press('f');
    await page.keyboard.type('tag:team=maps tag:tier=gold');
    await expect.poll(() => page.url()).toContain('gold');
    await settled(page);
    const some = number((await amount(page))?.split(' of ')[0] ?? null);
    expect(some).toBeGreaterThan(50);
    expect(some).toBeLessThan(all / 20);
    for (const name of await names(page)) expect(name).toMatch(/^maps_/);
    await page.keyboard.press('Escape');
    const lines = (await saved(page, 'CSV')).trimEnd().split('\n');
    expect(lines).toHaveLength(some + 1);
    const objects = JSON.parse(await saved(page, 'JSON')) as unknown[];
    expect(objects).toHaveLength(some);
  });

  test('are accessible, with one peeked at', async () => {
    const { page } = visited;
    await go(page, `#/${OBJECTS}/*/feature-views`);
    await page.keyboard.press('j');
    await page.keyboard.press('p');
    await page.getByRole('complementary', { name: 'Peek' }).getByRole('heading').first().waitFor();
    await settled(page);
    await expectAccessible(page);
  });
});

test('columns can be chosen, are part of the link, and are remembered', async () => {
  const { page, context, end } = await visit(browser, site.at(FEAST, 'interop/feature-views'));
  await table(page).waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Created' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'Created' }).waitFor();
  const again = await visit(browser, page.url(), { context });
  await again.page.getByRole('columnheader', { name: 'Created' }).waitFor();
  await go(again.page, `#/${FEAST}/interop/entities`);
  await go(again.page, `#/${FEAST}/interop/feature-views`);
  await again.page.getByRole('columnheader', { name: 'Created' }).waitFor();
  await again.end();
  await end();
});

test('the usual columns of every list fit into a window of 1440 pixels', async () => {
  const { page, end } = await visit(browser, site.at(FEAST, 'interop/feature-views'));
  for (const list of [
    'feature-views',
    'features',
    'data-sources',
    'entities',
    'feature-services',
    'permissions',
  ]) {
    await go(page, `#/${FEAST}/interop/${list}`);
    await table(page).waitFor();
    const [content, shown] = await table(page).evaluate((table) => [table.scrollWidth, table.clientWidth]);
    expect(content, list).toBeLessThanOrEqual(shown ?? 0);
  }
  await end();
});
