// A visit to the site in a real browser. What the console complains of, a request that fails and one to
// anywhere else fail the test.
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function startBrowser(more: readonly string[] = []): Promise<Browser> {
  const args = [...ARGUMENTS, ...more];
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args });
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Ends the visit, and fails if anything was amiss. */
  end: () => Promise<void>;
}

export interface How {
  width?: number;
  /** Of an earlier visit, in another tab of whose browser this one is; it then goes on after this visit. */
  context?: BrowserContext;
  /** What is to go wrong. */
  expected?: RegExp;
}

export async function visit(browser: Browser, address: string, how: How = {}): Promise<Visit> {
  const context =
    how.context ??
    (await browser.newContext({
      viewport: { width: how.width ?? 1440, height: 860 },
      permissions: ['clipboard-read', 'clipboard-write'],
    }));
  const page = await context.newPage();
  const complaints = listen(page, new URL(address).origin);
  await page.goto(address);
  const end = async () => {
    await (how.context ? page.close() : context.close());
    expect(complaints.filter((text) => !how.expected?.test(text))).toEqual([]);
  };
  return { page, context, end };
}

function listen(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const url = new URL(request.url());
    const isHere = url.origin === origin || ['data:', 'blob:'].includes(url.protocol);
    if (!isHere) complaints.push(`asked for ${url}`);
  });
  page.on('requestfailed', (request) => {
    // The stream of a live registry ends with the page.
    const isOver = request.failure()?.errorText === 'net::ERR_ABORTED';
    if (!isOver) complaints.push(`${request.url()} failed: ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`);
  });
  return complaints;
}

/** Waits until all of the page is there that was asked for. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1, main h2').first().waitFor();
  await page.waitForFunction(() => {
    const waits = [...document.querySelectorAll('main [role=status]')];
    const isWaiting = waits.some(({ textContent }) => /Loading|Counting|Laying out/.test(textContent ?? ''));
    const isBusy = document.querySelector('[aria-busy=true], main progress, main [data-stale=true]') !== null;
    return !isWaiting && !isBusy;
  });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Goes to another address of the same document, as a click on a link does. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, hash);
  await settled(page);
}

/** Drops a file on the page, and says when, in UTC epoch milliseconds. */
export function drop(page: Page, name: string, content: Buffer): Promise<number> {
  return page.evaluate(
    ([name, content]) => {
      const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name));
      const dropped = Date.now();
      for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      return dropped;
    },
    [name, content.toString('base64')] as const,
  );
}

/** WCAG 2.2 AA, by axe; of a page whose other theme was looked at, only the colours. */
export async function expectAccessible(page: Page, what: 'all' | 'colours' = 'all'): Promise<void> {
  // In the page itself: another one to put results together in takes longer than the checks.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  if (what === 'colours') axe.withRules(['color-contrast', 'link-in-text-block']);
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  const { violations } = await axe.analyze();
  const told = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`,
  );
  expect.soft(told, page.url()).toEqual([]);
}

/** Nothing is wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect.soft(content, page.url()).toBeLessThanOrEqual(window ?? 0);
}
