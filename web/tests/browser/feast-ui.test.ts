// Feast's own web UI on our REST server: every page that needs only what a registry has.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFeastUi } from './feast-ui.ts';
import { feast, type Served, serveRest } from './processes.ts';
import { startBrowser, visit } from './visit.ts';

const PROJECT = 'interop';

let browser: Browser;
let folder: string;
let api: Served;
let ui: Served;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feast-ui-'));
  const registry = `sqlite:///${join(folder, 'registry.db')}`;
  [browser] = await Promise.all([startBrowser(), feast('populate.py', registry, PROJECT)]);
  api = await serveRest(['--registry', registry]);
  // A service without features is more than its scripts can bear, whoever serves it.
  const nothing = new URL(`/api/v1/feature_services/nothing?project=${PROJECT}`, api.address);
  expect((await fetch(nothing, { method: 'DELETE' })).status).toBe(200);
  ui = await serveFeastUi(api.address);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser.close(), ui.stop(), api.stop()]);
  await rm(folder, { recursive: true });
});

/** Lists of the API, where the UI has a page for each thing in them, and which of its tabs need no feature store. */
const THINGS: Record<string, [list: string, path: string, tabs: string[]]> = {
  entities: ['entities', 'entity', ['']],
  data_sources: ['dataSources', 'data-source', ['']],
  feature_views: ['featureViews', 'feature-view', ['', '/lineage', '/versions']],
  label_views: ['featureViews', 'label-view', ['/lineage', '/versions']],
  feature_services: ['featureServices', 'feature-service', ['']],
  saved_datasets: ['savedDatasets', 'data-set', ['', '/usage']],
};
const PAGES = [
  '',
  'data-source',
  'entity',
  'features',
  'feature-view',
  'feature-service',
  'label-view',
  'data-set',
  'permissions',
  'lineage',
  'compute-engine',
  'compute-engine/jobs',
];
/** How the UI says that something went wrong. */
const AMISS = /[Ee]rror|[Ff]ail(?!ed0)|[Uu]nable|[Cc]ould not|[Nn]ot found|undefined|NaN|\[object/;

interface Named {
  name?: string;
  spec?: { name: string };
}

async function namesOf(kind: string, list: string): Promise<string[]> {
  const answer = await fetch(new URL(`/api/v1/${kind}?project=${PROJECT}`, api.address));
  const items = ((await answer.json()) as Record<string, Named[]>)[list] ?? [];
  const names = items.map(({ name, spec }) => name ?? spec?.name ?? '');
  // The addresses of its pages have no room for others.
  return names.filter((name) => !/[\\%]/.test(name));
}

/** A visit that goes from page to page as clicks do, without loading the scripts anew. */
async function visitUi() {
  const { page, end } = await visit(browser, new URL('p/all', ui.address).href);
  const open = new Set<unknown>();
  page.on('request', (request) => open.add(request));
  page.on('response', (response) => open.delete(response.request()));
  page.on('requestfailed', (request) => open.delete(request));
  const shown = async () => (await page.locator('#root').textContent()) ?? '';
  const isSettled = async () => open.size === 0 && !/Loading/.test(await shown());
  const settle = async () => {
    await expect.poll(isSettled, { timeout: 30_000 }).toBe(true);
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  };
  /** The text of a page, when all is there that it asked for. */
  const textAt = async (path: string) => {
    await page.evaluate((path) => {
      history.pushState(null, '', path);
      dispatchEvent(new PopStateEvent('popstate'));
    }, path);
    await settle();
    // What the last answer led to.
    await settle();
    return shown();
  };
  await page.getByText('Feast v0.67.0').waitFor();
  return { end, textAt };
}

test('every page of a project, and of all', async () => {
  const { end, textAt } = await visitUi();
  for (const project of ['all', PROJECT])
    for (const path of PAGES)
      expect.soft(await textAt(`/p/${project}/${path}`), `${project} ${path}`).not.toMatch(AMISS);
  await end();
}, 120_000);

test('every page of everything', async () => {
  const { end, textAt } = await visitUi();
  for (const [kind, [list, path, tabs]] of Object.entries(THINGS)) {
    const names = await namesOf(kind, list);
    expect(names.length, kind).toBeGreaterThan(0);
    for (const name of names)
      for (const tab of tabs) {
        const text = await textAt(`/p/${PROJECT}/${path}/${encodeURIComponent(name)}${tab}`);
        expect.soft(text, `${path} ${name}${tab}`).toContain(name);
        expect.soft(text, `${path} ${name}${tab}`).not.toMatch(AMISS);
      }
  }
  await end();
}, 180_000);
