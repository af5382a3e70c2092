// Opening: files that are none of ours or broken, large ones, addresses, several at once, and what was open before.
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Site, serveSite } from './site.ts';
import { FEAST, fileOf, OBJECTS } from './snapshots.ts';
import { drop, expectAccessible, go, settled, startBrowser, visit } from './visit.ts';

let browser: Browser;
let site: Site;
let folder: string;
beforeAll(async () => {
  [browser, site, folder] = await Promise.all([
    startBrowser(),
    serveSite(),
    mkdtemp(join(tmpdir(), 'files-')),
  ]);
});
afterAll(() => Promise.all([browser.close(), site.close(), rm(folder, { recursive: true })]));

/** Chooses files as in a browser without handles for them. */
async function choose(page: Page, ...files: string[]): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(window, 'showOpenFilePicker', { value: undefined, configurable: true });
  });
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose files' }).click(),
  ]);
  await chooser.setFiles(files);
}

/** Drops a file onto the window. */
describe('what cannot be opened says why, and what to do', () => {
  const SQLITE = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080)]);
  test.each([
    ['an empty file', 'empty.db', async () => Buffer.alloc(0), /is empty/],
    ['an SQLite database', 'sqlite.db', async () => SQLITE, /SQLite/],
    ['a text', 'notes.txt', async () => Buffer.from('Bread, milk, eggs. '.repeat(50)), /not a serialized/],
    [
      'a picture',
      'icon.png',
      async () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      /not a serialized/,
    ],
    [
      'a registry whose end is missing',
      'cut.db',
      async () => (await readFile(fileOf(FEAST))).subarray(0, 20_011),
      /truncated/,
    ],
  ])('%s', async (_what, name, content, says) => {
    const { page, end } = await visit(browser, site.address);
    const file = join(folder, name);
    await writeFile(file, await content());
    await choose(page, file);
    await page.getByText(`${name} could not be opened`).waitFor();
    expect(await page.locator('main').textContent()).toMatch(says);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => page.getByText('could not be opened').count()).toBe(0);
    // And what is dropped next is opened.
    await drop(page, 'good.db', await readFile(fileOf(FEAST)));
    await page.getByRole('navigation', { name: 'Registry' }).waitFor();
    await end();
  });

  test('an address that answers otherwise', async () => {
    const expected = /404|Failed to load resource/;
    const { page, end } = await visit(browser, site.at('no-such.db', '*'), { expected });
    await page.getByText('no-such.db could not be opened').waitFor();
    expect(await page.locator('main').textContent()).toContain('404');
    await expectAccessible(page);
    await end();
  });
});

test('a file of 200 MB is read under a progress bar, and the page goes on living', async () => {
  const file = join(folder, 'large.pb');
  const content = await readFile(fileOf(OBJECTS));
  const written = await open(file, 'w');
  // Registries one after the other are one registry, by the rules of protobuf.
  for (let time = 0; time < 3; time += 1) await written.write(content);
  await written.close();
  const { page, end } = await visit(browser, site.address);
  await page.evaluate(() => {
    const beats: number[] = [];
    (window as unknown as { beats: number[] }).beats = beats;
    setInterval(() => beats.push(performance.now()), 20);
    const seen = new Set<number>();
    (window as unknown as { seen: Set<number> }).seen = seen;
    new MutationObserver(() => {
      const bar = document.querySelector('progress');
      if (bar && bar.position >= 0) seen.add(bar.position);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  await choose(page, file);
  await page.getByRole('navigation', { name: 'Registry' }).waitFor({ timeout: 120_000 });
  const [longest, steps] = await page.evaluate(() => {
    const { beats, seen } = window as unknown as { beats: number[]; seen: Set<number> };
    return [Math.max(...beats.map((beat, index) => beat - (beats[index - 1] ?? beat))), seen.size];
  });
  expect(steps).toBeGreaterThan(2);
  // Everything heavy is in a worker.
  expect(longest).toBeLessThan(1_500);
  await end();
}, 180_000);

test('several snapshots at once, compared with each other and searched together', async () => {
  const { page, end } = await visit(browser, `${site.at(FEAST)}`);
  await page.getByRole('navigation', { name: 'Registry' }).waitFor();
  const [first] = await Promise.all([readFile(fileOf(FEAST)), go(page, '#/')]);
  // What is opened is shown.
  const shown = (slug: string) =>
    page.waitForURL((url) => decodeURIComponent(url.hash).startsWith(`#/${slug}/`));
  const open = page.getByRole('list', { name: 'Open snapshots' });
  await page.getByRole('button', { name: 'Open the example' }).click();
  await shown('example');
  await go(page, '#/');
  await expect.poll(() => open.getByRole('listitem').count()).toBe(2);
  // Another of the same name is another snapshot.
  await drop(page, FEAST, first);
  await shown(`${FEAST}~2`);
  await go(page, '#/');
  await expect.poll(() => open.getByRole('listitem').count()).toBe(3);
  expect(await open.textContent()).toContain(`${FEAST}~2`);

  await go(page, `#/${FEAST}/*/compare?with=example`);
  await page
    .getByText(/\d+ added/)
    .first()
    .waitFor();
  await settled(page);
  await expectAccessible(page);
  await go(page, `#/${FEAST}/*/compare?with=${FEAST}~2`);
  await expect.poll(() => page.locator('main').textContent()).toMatch(/the same objects in the same way/);

  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
  await page.keyboard.type('driver');
  const hits = page.getByRole('option');
  await expect.poll(async () => (await hits.allInnerTexts()).join()).toMatch(/example/);
  expect((await hits.allInnerTexts()).join()).toContain(FEAST);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Close example' }).click();
  await expect.poll(() => open.getByRole('listitem').count()).toBe(2);
  await end();
});

test('what was opened lately is a click away', async () => {
  const { page, end } = await visit(browser, site.address);
  // A handle as the file picker gives, of a file in the browser's own folder.
  const content = (await readFile(fileOf(FEAST))).toString('base64');
  await page.evaluate(async (content) => {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    const handle = await (await navigator.storage.getDirectory()).getFileHandle('mine.db', { create: true });
    const writable = await handle.createWritable();
    await writable.write(bytes);
    await writable.close();
    window.showOpenFilePicker = async () => [handle];
  }, content);
  await page.getByRole('button', { name: 'Choose files' }).click();
  await page.getByRole('navigation', { name: 'Registry' }).waitFor();
  await page.goto(site.address);
  await page.reload();
  await page.getByRole('button', { name: 'mine.db', exact: true }).click();
  await page.getByRole('navigation', { name: 'Registry' }).waitFor();
  expect(page.url()).toContain('#/mine.db/');
  await page.goto(site.address);
  await page.reload();
  await page.getByRole('button', { name: 'Forget mine.db' }).click();
  await expect.poll(() => page.getByText('mine.db').count()).toBe(0);
  await end();
});
