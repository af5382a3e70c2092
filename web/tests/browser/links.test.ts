// Every view is a link: a fresh tab shows the same, and the back button leads back.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Site, serveSite } from './site.ts';
import { FEAST, OBJECTS } from './snapshots.ts';
import { go, settled, startBrowser, visit } from './visit.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), serveSite()]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

/** What is said on the page, without what depends on the clock. */
const said = async (page: Page) =>
  ((await page.locator('main').textContent()) ?? '')
    .replaceAll(/\b\d+ (s|min|h|d) ago\b/g, 'ago')
    .replaceAll(/\d\d:\d\d(:\d\d)?/g, '');
const path = (page: Page) => decodeURI(new URL(page.url()).hash.slice(1));

async function expectSameInFreshTab(page: Page): Promise<void> {
  await settled(page);
  const fresh = await visit(browser, page.url());
  await settled(fresh.page);
  await expect.poll(() => said(fresh.page)).toBe(await said(page));
  await fresh.end();
}

test('what is chosen on a page is in its link', async () => {
  const { page, end } = await visit(browser, `${site.address}#/example/rides/feature-views`);
  await page.getByRole('table').waitFor();

  await page.getByRole('combobox', { name: 'Filter' }).fill('tag:team=ranking');
  await page.keyboard.press('Escape');
  await expect.poll(() => path(page)).toContain('q=tag:team=ranking');
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await page.keyboard.press('j');
  await page.keyboard.press('p');
  await page.getByRole('complementary', { name: 'Peek' }).waitFor();
  await expectSameInFreshTab(page);

  await go(page, '#/example/rides/feature-views/driver_hourly_stats');
  await page
    .getByRole('link', { name: /^Versions/ })
    .first()
    .click();
  await expect.poll(() => path(page)).toContain('section=versions');
  await expectSameInFreshTab(page);
  await page.getByRole('button', { name: 'JSON' }).click();
  await expect.poll(() => path(page)).toContain('format=json');
  await expectSameInFreshTab(page);

  await go(page, '#/example/rides/lineage?around=feature-views/driver_hourly_stats');
  await page.locator('.react-flow__node').first().waitFor();
  await page.locator('.react-flow__node').last().click();
  await expect.poll(() => path(page)).toContain('at=');
  await expectSameInFreshTab(page);

  await go(page, '#/example/rides/health');
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ index: 1 });
  await expect.poll(() => path(page)).toContain('kind=');
  await expectSameInFreshTab(page);

  await go(page, '#/example/rides/search?q=driver');
  await expectSameInFreshTab(page);
  await end();
}, 120_000);

test('the back button leads back through pages', async () => {
  const { page, end } = await visit(browser, site.at(FEAST, 'interop'));
  const navigation = page.getByRole('navigation', { name: 'Registry' });
  await navigation.waitFor();
  const heading = page.locator('main h1');
  const headings = [await heading.textContent()];
  for (const name of ['Entities', 'Feature services', 'Lineage', 'Health']) {
    await navigation.getByRole('link', { name: new RegExp(`^${name}`) }).click();
    await expect.poll(() => heading.textContent()).toBe(name);
    headings.push(name);
  }
  for (const name of headings.reverse().slice(1)) {
    await page.goBack();
    await expect.poll(() => heading.textContent()).toBe(name);
  }
  await page.goForward();
  await expect.poll(() => heading.textContent()).toBe('Entities');
  await end();
});

test('a link of a list leads to the page, and back to where the list was', async () => {
  const { page, end } = await visit(browser, site.at(OBJECTS, '*/feature-views'));
  const table = page.getByRole('table');
  await settled(page);
  await table.evaluate((table) => {
    table.scrollTop = 32_000;
  });
  const link = page.locator('[aria-rowindex="1010"] [role=cell]').first().getByRole('link');
  const name = (await link.getAttribute('title')) ?? '';
  await link.click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.goBack();
  await expect.poll(() => table.evaluate(({ scrollTop }) => scrollTop)).toBe(32_000);
  // With a modifier it is the browser's.
  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    link.click({ modifiers: ['ControlOrMeta'] }),
  ]);
  await other.close();
  expect(path(page)).toBe(`/${OBJECTS}/*/feature-views`);
  await end();
});
