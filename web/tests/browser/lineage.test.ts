// Lineage with more boxes than anybody can read.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Site, serveSite } from './site.ts';
import { VIEWS } from './snapshots.ts';
import { expectAccessible, go, settled, startBrowser, visit } from './visit.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), serveSite()]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

const boxes = (page: Page) => page.locator('.react-flow__node');

async function things(page: Page): Promise<number> {
  const told = /([\d,]+) things/.exec((await page.locator('main').textContent()) ?? '');
  return Number(told?.[1]?.replaceAll(',', ''));
}

test('5,000 things are folded, and can all be drawn', async () => {
  const { page, end } = await visit(browser, site.at(VIEWS, 'project_0/lineage'));
  await boxes(page).first().waitFor();
  await settled(page);
  expect(await things(page)).toBeGreaterThan(5_000);
  expect(await boxes(page).count()).toBeLessThanOrEqual(150);
  await expectAccessible(page);

  await go(page, `#/${VIEWS}/project_0/lineage?boxes=100000`);
  // So small that they are drawn as a whole; enlarged, they are boxes with names.
  await expect.poll(() => boxes(page).count(), { timeout: 30_000 }).toBe(0);
  for (let step = 0; step < 12 && (await boxes(page).count()) === 0; step += 1) {
    await page.getByRole('button', { name: 'Enlarge' }).click();
    await settled(page);
  }
  await boxes(page).first().waitFor();
  await page.mouse.move(800, 500);
  await page.mouse.down();
  await page.mouse.move(500, 400, { steps: 10 });
  await page.mouse.up();
  await boxes(page).first().waitFor();
  await end();
}, 120_000);

test('around one of them, step by step in both directions', async () => {
  const { page, end } = await visit(browser, `${site.address}#/example`);
  await page.getByRole('navigation', { name: 'Registry' }).waitFor();
  const names = async () =>
    (await boxes(page).allTextContents())
      .map((text) => text.split(/\s/)[0] ?? '')
      .filter((name) => name !== '');
  await go(page, '#/example/rides/lineage?around=feature-views/zone_traffic_hourly&up=1&down=1');
  await expect
    .poll(names)
    .toEqual(expect.arrayContaining(['zone', 'zone_traffic', 'trip_estimate', 'fare_estimate']));
  await go(page, '#/example/rides/lineage?around=feature-views/zone_traffic_hourly&up=1&down=0');
  await expect.poll(names).not.toContain('trip_estimate');
  expect(await names()).toContain('zone_traffic');
  await go(page, '#/example/rides/lineage?around=feature-views/zone_traffic_hourly&up=0&down=1');
  await expect.poll(names).not.toContain('zone_traffic');
  expect(await names()).toContain('trip_estimate');
  for (const format of ['SVG', 'PNG']) {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: format }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${format.toLowerCase()}$`));
    await page.keyboard.press('Escape');
  }
  await end();
});
