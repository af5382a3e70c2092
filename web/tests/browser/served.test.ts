// The viewer at the address of a registry server: what others change, and who may see what.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Issuer, startIssuer } from './issuer.ts';
import { feast, type Served, serveRest } from './processes.ts';
import { expectAccessible, go, settled, startBrowser, visit } from './visit.ts';

const SOON = { timeout: 30_000, interval: 100 };
/** What the browser says of a server that is gone, or does not accept a token. */
const TROUBLE = /40[13]|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/;

let browser: Browser;
let folder: string;
let registry: string;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'served-'));
  registry = `sqlite:///${join(folder, 'registry.db')}`;
  return () => rm(folder, { recursive: true });
});

/** The names in the list that is shown. */
const rows = (page: Page) =>
  page
    .locator('[role=table] [role=cell]:first-child a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('title')));

async function apply(server: Served, name: string): Promise<void> {
  const answer = await fetch(new URL('/api/v1/entities', server.address), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ project: 'rides', name }),
  });
  expect(answer.status).toBe(201);
}

test('a registry that is open to all, and its changes', async () => {
  const server = await serveRest(['--registry', registry]);
  await apply(server, 'driver');
  const { page, end } = await visit(browser, server.address);
  await page.getByText('Live: follows changes').waitFor();
  await go(page, '#/live/rides/entities');
  await expect.poll(() => rows(page), SOON).toEqual(['driver']);
  await apply(server, 'rider');
  await expect.poll(() => rows(page), SOON).toEqual(['driver', 'rider']);
  await end();
  await server.stop();
}, 120_000);

test('a registry that asks who is there, and shows what they may see', async () => {
  const issuer = await startIssuer();
  await feast('populate.py', registry, 'interop');
  const [server, options] = await protectedServer(issuer);
  const { page, context, end } = await visit(browser, server.address, { expected: TROUBLE });
  const token = page.getByLabel('Bearer token');
  const give = async (text: string) => {
    await token.fill(text);
    await page.getByRole('button', { name: 'Show the registry' }).click();
  };

  await token.waitFor();
  await expectAccessible(page);
  await give('nonsense');
  await page.getByRole('alert').getByText('not accepted').waitFor();
  await give(issuer.token({ sub: 'somebody', roles: ['reader'] }));
  await page.getByText('Live: follows changes').waitFor();
  await go(page, '#/live/interop/entities');
  await expect.poll(() => rows(page), SOON).toEqual(['driver']);
  await go(page, '#/live/interop/feature-services');
  expect(await rows(page)).toEqual([]);

  // It is kept for the tab's session, and in no other place.
  const kept = await page.evaluate(() => [Object.values(localStorage), document.cookie].flat().join());
  expect(kept).not.toContain('eyJ');
  await page.reload();
  await page.getByText('Live: follows changes').waitFor();
  const other = await visit(browser, server.address, { context, expected: TROUBLE });
  await other.page.getByLabel('Bearer token').waitFor();
  await other.page.keyboard.press('Escape');
  await other.page.getByText('asks for a bearer token').first().waitFor();
  await other.end();

  // One that is not accepted any more.
  await server.stop();
  issuer.changeKey();
  const again = await serveRest(options, server.port);
  await page.getByText('not any more').waitFor({ timeout: SOON.timeout });
  await give(issuer.token({ sub: 'somebody', groups: ['admins'] }));
  await page.getByText('Live: follows changes').waitFor();
  await go(page, '#/live/interop/feature-services');
  await expect.poll(() => rows(page), SOON).toContain('ranking');
  await settled(page);
  await end();
  await again.stop();
  issuer.stop();
}, 180_000);

/** A server that tells users by the issuer's tokens, and with which options it is started. */
async function protectedServer(issuer: Issuer): Promise<[Served, string[]]> {
  const auth = `{type: oidc, auth_discovery_url: '${issuer.discovery}', client_id: feast}`;
  const configuration = `project: interop\nregistry: {registry_type: sql, path: '${registry}'}\nauth: ${auth}\n`;
  await writeFile(join(folder, 'feature_store.yaml'), configuration);
  const options = ['--chdir', folder];
  return [await serveRest(options), options];
}
