// Feast's own web UI, served as `feast ui` serves it: its build, the list of projects, and below the same address the
// REST API, which is ours. What `feast ui` answers without the registry is answered as it does where nothing is configured.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { PYTHON, run, type Served } from './processes.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.svg': 'image/svg+xml',
};
/** Of its connections to MLflow and OpenLineage, which are off. */
const OFF: Record<string, unknown> = {
  '/api/v1/lineage/openlineage/graph': { nodes: [], edges: [], total_nodes: 0 },
  '/api/v1/lineage/openlineage/namespaces': { namespaces: [] },
  '/api/mlflow-runs': { runs: [], mlflow_uri: null },
  '/api/mlflow-feature-usage': { feature_usage: {}, mlflow_enabled: false },
  '/api/mlflow-feature-models': { feature_models: {} },
};

export async function serveFeastUi(api: string): Promise<Served> {
  const build = await buildFolder();
  const server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/api/v1/') && !(pathname in OFF)) return forward(api, asked, answer);
    void page(build, api, pathname).then(
      ([type, body]) => answer.writeHead(200, { 'Content-Type': type }).end(body),
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${port}/`, port, stop };
}

async function buildFolder(): Promise<string> {
  const find = 'import importlib.util as u; print(u.find_spec("feast").submodule_search_locations[0])';
  const { stdout } = await run(PYTHON, ['-c', find]);
  return join(stdout.trim(), 'ui', 'build');
}

async function page(build: string, api: string, path: string): Promise<[string, string | Buffer]> {
  if (path in OFF) return ['application/json', JSON.stringify(OFF[path])];
  if (path === '/projects-list.json') return ['application/json', await projectList(api)];
  // Its pages have addresses that only its scripts know.
  const file = path === '/' || path.startsWith('/p/') ? 'index.html' : normalize(path);
  return [TYPES[extname(file)] ?? 'application/octet-stream', await readFile(join(build, file))];
}

async function projectList(api: string): Promise<string> {
  const answer = await fetch(new URL('/api/v1/projects', api));
  const { projects } = (await answer.json()) as { projects: { spec: { name: string } }[] };
  const all = ['all', ...projects.map(({ spec }) => spec.name)];
  const entry = (id: string) => ({ name: id, id, description: id, registryPath: '/api/v1' });
  return JSON.stringify({ projects: all.map(entry) });
}

function forward(api: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, headers } = asked;
  const onward = request(new URL(asked.url ?? '/', api), { method, headers }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(answer);
  });
  onward.on('error', () => answer.writeHead(502).end());
  asked.pipe(onward);
}
