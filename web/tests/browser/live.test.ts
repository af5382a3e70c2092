// `feast-registry ui`: what others change is shown without a reload.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { feast, PROGRAM, run, serveUi } from './processes.ts';
import { expectAccessible, settled, startBrowser, visit } from './visit.ts';

/** A change is seen after a second, and on a machine at work on something else after some more. */
const SOON = { timeout: 30_000, interval: 100 };

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'live-'));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

async function apply(registry: string, ...names: string[]): Promise<void> {
  const file = join(folder, `${names[0]}.yaml`);
  await writeFile(file, names.map(entity).join('---\n'));
  await run(PROGRAM, ['--registry', registry, '--project', 'rides', 'apply', '-f', file]);
}

const entity = (name: string) =>
  `kind: Entity\nspec:\n  name: ${name}\n  joinKey: ${name}_id\n  valueType: INT64\n`;

const rows = (page: Page) =>
  page
    .locator('[role=table] [role=cell]:first-child a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('title')));

test('changes by us and by Feast, new projects and an outage', async () => {
  const registry = `sqlite:///${join(folder, 'registry.db')}`;
  await apply(registry, 'driver', 'rider');
  const server = await serveUi(registry);
  const { page, end } = await visit(browser, server.address, {
    expected: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/,
  });
  await page.getByText('Live: follows changes').waitFor();
  await page.evaluate(() => {
    (window as unknown as { isSame: boolean }).isSame = true;
  });

  await page
    .getByRole('navigation', { name: 'Registry' })
    .getByRole('link', { name: /^Entities/ })
    .click();
  await expect.poll(() => rows(page), SOON).toEqual(['driver', 'rider']);
  // Each time the list is read anew, and its rows are there again.
  for (const [index, name] of ['zone', 'vehicle', 'account'].entries()) {
    await apply(registry, name);
    await expect.poll(() => rows(page), SOON).toHaveLength(3 + index);
    expect(await rows(page)).toContain(name);
  }

  await feast('populate.py', registry, 'interop');
  const projects = page.getByLabel('Project').locator('option');
  await expect.poll(() => projects.allTextContents(), SOON).toContain('interop_other');
  await expect.poll(() => rows(page), SOON).toContain('customer');
  await settled(page);
  await expectAccessible(page);

  await server.stop();
  await expect.poll(() => page.getByText(/Shown as of/).count(), SOON).toBe(1);
  expect(await rows(page)).toContain('driver');
  await settled(page);
  await expectAccessible(page);
  await apply(registry, 'late');
  const again = await serveUi(registry, server.port);
  await page.getByText('Live: follows changes').waitFor({ timeout: SOON.timeout });
  await expect.poll(() => rows(page), SOON).toContain('late');

  expect(await page.evaluate(() => (window as unknown as { isSame: boolean }).isSame)).toBe(true);
  await end();
  await again.stop();
}, 180_000);
