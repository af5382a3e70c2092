// As static files: from a folder below the root, without the network once loaded, and replaced by the next build.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { POLICY } from '../../build/content-security-policy.ts';
import { copyOfSite, serveSite } from './site.ts';
import { startBrowser, visit } from './visit.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test('nothing in the page is inline, and the policy allows nothing inline', async () => {
  expect(POLICY).not.toContain('unsafe-inline');
  expect(POLICY).not.toContain("'unsafe-eval'");
  const { folder, remove } = await copyOfSite();
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
  await remove();
});

test('it works without its server once it was loaded', async () => {
  const site = await serveSite();
  const { page, context, end } = await visit(browser, site.address, { expected: /ERR_CONNECTION_REFUSED/ });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await site.close();
  await page.reload();
  await page.getByRole('button', { name: 'Open the example' }).click();
  await page.getByRole('navigation', { name: 'Registry' }).waitFor();
  // Pages, chunks and worker that were never asked for before.
  for (const key of ['v', 'l', 'x', 'c']) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.locator('main h1').waitFor();
  }
  const another = await visit(browser, `${site.address}#/example/rides/lineage`, { context });
  await another.page.locator('.react-flow__node').first().waitFor();
  await another.end();
  await end();
});

test('a new build takes over when the person wants it', async () => {
  const { folder, remove } = await copyOfSite();
  const site = await serveSite(folder);
  const { page, end } = await visit(browser, site.address);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  const build = () => page.locator('html').getAttribute('data-build');
  expect(await build()).toBeNull();

  const change = async (name: string, from: string | RegExp, to: string) => {
    const text = await readFile(join(folder, name), 'utf8');
    expect(text).toMatch(from);
    await writeFile(join(folder, name), text.replace(from, to));
  };
  await change('index.html', /<html /, '<html data-build="2" ');
  await change('sw.js', /viewer-\$\{"[0-9a-f]+/, 'viewer-${"2');
  await page.reload();
  // Still all of the old one.
  expect(await build()).toBeNull();
  await page.getByRole('button', { name: 'Update' }).click();
  await expect.poll(build).toBe('2');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await page.getByRole('navigation', { name: 'Registry' }).waitFor();
  expect(await page.evaluate(() => caches.keys())).toHaveLength(1);
  await end();
  await site.close();
  await remove();
});
