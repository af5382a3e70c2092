// The start page, and what lies over pages.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { type Site, serveSite } from './site.ts';
import { go, startBrowser, visit } from './visit.ts';
import { look } from './walk.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), serveSite()]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

test('the start page, and what lies over pages', async () => {
  const { page, end } = await visit(browser, site.address);
  await look(page, 'start');
  await go(page, '#/not-open/rides');
  await look(page, 'not open');
  await page.getByRole('button', { name: 'Choose the file' }).waitFor();
  await go(page, '#/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await page.getByRole('navigation', { name: 'Registry' }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await look(page, 'keys');
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
  await look(page, 'palette');
  await page.keyboard.type('trip');
  await page.getByRole('option').filter({ hasText: 'trip_estimate' }).first().waitFor();
  await look(page, 'palette with hits');
  await end();
});
