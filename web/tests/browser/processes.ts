// The programs that tests start: ours, and Feast's.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { given } from './snapshots.ts';

export const PROGRAM = given('FEAST_REGISTRY_TEST_PROGRAM');
export const PYTHON = given('FEAST_REGISTRY_TEST_PYTHON');
export const run = promisify(execFile);

export interface Served {
  address: string;
  port: number;
  stop: () => Promise<void>;
}

/** What a script of `tests/feast` prints, which works on a registry with Feast's own classes. */
export async function feast(script: string, ...parameters: string[]): Promise<string> {
  const file = join(given('FEAST_REGISTRY_TEST_SCRIPTS'), script);
  const { stdout } = await run(PYTHON, [file, ...parameters], { env: { ...process.env, TZ: 'UTC' } });
  return stdout;
}

/** `feast-registry ui`. */
export async function serveUi(registry: string, port = 0): Promise<Served> {
  const options = ['--registry', registry, 'ui', '--port', String(port)];
  return serve(options, 'stdout', (line) => line);
}

/** `feast-registry serve`, its REST API; the options before `serve` say of which registry. */
export async function serveRest(options: readonly string[], port = 0): Promise<Served> {
  const own = ['serve', '--host', '127.0.0.1', '--rest-api', '--no-grpc', '--rest-port', String(port)];
  return serve([...options, ...own], 'stderr', (line) => {
    const { message, address } = JSON.parse(line) as { message?: string; address?: string };
    return message === 'serving REST' ? `http://${address}/` : null;
  });
}

/** Starts our program, and waits for the line that says where it listens. */
async function serve(
  options: readonly string[],
  where: 'stdout' | 'stderr',
  read: (line: string) => string | null,
): Promise<Served> {
  const child = spawn(PROGRAM, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  // What nobody reads would fill its pipe one day.
  (where === 'stdout' ? child.stderr : child.stdout).resume();
  const address = await addressIn(child[where], read);
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { address, port: Number(new URL(address).port), stop };
}

async function addressIn(stream: Readable, read: (line: string) => string | null): Promise<string> {
  const said: string[] = [];
  const lines = createInterface(stream);
  return new Promise((found, failed) => {
    lines.on('line', (line) => {
      said.push(line);
      const address = read(line);
      if (address !== null) found(address);
    });
    lines.on('close', () => failed(new Error(`the program does not serve:\n${said.join('\n')}`)));
  });
}
