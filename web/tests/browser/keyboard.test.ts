// By keyboard alone.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COLLECTIONS } from '../../src/kinds/kinds.ts';
import { type Site, serveSite } from './site.ts';
import { settled, startBrowser, type Visit, visit } from './visit.ts';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), serveSite()]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

const LIST = '/example/rides/feature-views';

async function start(path: string): Promise<Visit> {
  const visited = await visit(browser, `${site.address}#${path}`);
  await visited.page.getByRole('navigation', { name: 'Registry' }).waitFor();
  await settled(visited.page);
  return visited;
}

const path = (page: Page) => decodeURI(new URL(page.url()).hash.slice(1)).split('?')[0];
const searchField = (page: Page) => page.getByRole('combobox', { name: 'Search' });

test.each(['/', 'Control+k'])('%s opens the search, Enter goes to the best hit', async (key) => {
  const { page, end } = await start('/example/rides');
  await page.keyboard.press(key);
  await searchField(page).waitFor();
  await page.keyboard.type('zone_traffic_hourly');
  await page.keyboard.press('Enter');
  await expect.poll(() => path(page)).toBe(`${LIST}/zone_traffic_hourly`);
  expect(await searchField(page).count()).toBe(0);
  await page.keyboard.press(key);
  await searchField(page).waitFor();
  await page.keyboard.press('Escape');
  await searchField(page).waitFor({ state: 'detached' });
  await end();
});

test('what is typed while the search is still being loaded is searched for', async () => {
  const { page, end } = await start('/example/rides');
  await page.route(/SearchPalette.*\.js/, async (route) => {
    await new Promise((done) => setTimeout(done, 700));
    await route.continue();
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('gv driver jk/?y', { delay: 100 });
  await expect.poll(() => searchField(page).inputValue()).toBe('gv driver jk/?y');
  expect(path(page)).toBe('/example/rides');
  await end();
});

test('g and a letter lead to every page', async () => {
  const { page, end } = await start('/example/rides');
  const ways = [
    ...COLLECTIONS.map(({ id, letter }) => [letter, `/example/${id === 'projects' ? '*' : 'rides'}/${id}`]),
    ['l', '/example/rides/lineage'],
    ['x', '/example/rides/health'],
    ['c', '/example/rides/compare'],
    ['o', '/'],
  ];
  for (const [letter, where] of ways) {
    // Projects are above the project.
    if (path(page)?.includes('*')) await page.goBack();
    await page.keyboard.press('g');
    await page.keyboard.press(letter ?? '');
    await expect.poll(() => path(page)).toBe(where);
  }
  await end();
});

test('j, k and Enter walk a list, [ and ] its objects', async () => {
  const { page, end } = await start(LIST);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('title'));
  const names = await page
    .locator('[role=table] [role=cell]:first-child a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('title')));
  for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
  await expect.poll(focused).toBe(names[1]);
  await page.keyboard.press('Enter');
  const name = page.locator('main h1');
  await expect.poll(() => name.textContent()).toBe(names[1]);
  await page.keyboard.press(']');
  await expect.poll(() => name.textContent()).toBe(names[2]);
  await page.keyboard.press('[');
  await expect.poll(() => name.textContent()).toBe(names[1]);
  await page.keyboard.press('[');
  await expect.poll(() => name.textContent()).toBe(names[0]);
  await end();
});

test('y copies the link, ? lists the keys, T changes the theme', async () => {
  const { page, end } = await start(`${LIST}?q=tag:tier=gold`);
  await page.keyboard.press('y');
  await page.getByText('Link copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: /shortcuts/i }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+T');
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  await end();
});

test('the focus is never lost, and everything that takes it shows that it has it', async () => {
  const { page, end } = await start(`${LIST}/driver_hourly_stats`);
  const seen = new Set<string>();
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement: element } = document;
      if (!element || element === document.body) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
      return { isMarked, html: element.outerHTML.slice(0, 160) };
    });
    if (focused === null) break;
    expect(focused).toMatchObject({ isMarked: true });
    seen.add(focused.html);
  }
  expect(seen.size).toBeGreaterThan(30);
  await end();
});
