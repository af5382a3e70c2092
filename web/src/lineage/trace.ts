// Which boxes lie on the ways through a box: all that it is made of, and all that is made of it.
import type { Graph } from '../registry/api.ts';

export interface Neighbours {
  /** By box: what it uses and what uses it, with how. */
  uses: Map<string, Neighbour[]>;
  usedBy: Map<string, Neighbour[]>;
}
export interface Neighbour {
  id: string;
  hows: string[];
}
export interface Trace {
  of: string;
  upstream: Set<string>;
  downstream: Set<string>;
}

export function neighboursOf({ edges }: Graph): Neighbours {
  const found: Neighbours = { uses: new Map(), usedBy: new Map() };
  const add = (to: Map<string, Neighbour[]>, of: string, neighbour: Neighbour) => {
    const known = to.get(of);
    if (known) known.push(neighbour);
    else to.set(of, [neighbour]);
  };
  const hows = new Map<string, string[]>();
  for (const { from, to, how } of edges) {
    const key = `${from}\n${to}`;
    const known = hows.get(key);
    if (known) {
      known.push(how);
      continue;
    }
    const both = [how];
    hows.set(key, both);
    add(found.uses, to, { id: from, hows: both });
    add(found.usedBy, from, { id: to, hows: both });
  }
  return found;
}

/** What uses a box, or what it uses: for a view also by way of its features that are shown. */
export function withRows(id: string, { nodes }: Graph, side: Neighbours['uses']): Neighbour[] {
  const rows = nodes.filter(({ parent }) => parent === id).flatMap((row) => side.get(row.id) ?? []);
  const found = new Map((side.get(id) ?? []).map((neighbour) => [neighbour.id, neighbour]));
  for (const { id, hows } of rows) {
    found.set(id, { id, hows: [...(found.get(id)?.hows ?? []), ...hows] });
  }
  return [...found.values()];
}

/** Ways lead through a view and its features alike: `rows` has the features of a view, `viewOf` the view. */
export function traceOf(start: string, graph: Graph, neighbours: Neighbours): Trace {
  const viewOf = new Map(graph.nodes.flatMap(({ id, parent }) => (parent === null ? [] : [[id, parent]])));
  const rows = new Map<string, string[]>();
  for (const [row, view] of viewOf) rows.set(view, [...(rows.get(view) ?? []), row]);
  const walk = (next: Map<string, Neighbour[]>, inside: (id: string) => readonly string[]) => {
    const seen = new Set<string>();
    const waiting = [start];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      for (const other of [...(next.get(id) ?? []).map((neighbour) => neighbour.id), ...inside(id)]) {
        if (other !== start && !seen.has(other)) {
          seen.add(other);
          waiting.push(other);
        }
      }
    }
    return seen;
  };
  const up = (id: string) => {
    const view = viewOf.get(id);
    return view === undefined ? [] : [view];
  };
  return {
    of: start,
    upstream: walk(neighbours.uses, up),
    downstream: walk(neighbours.usedBy, (id) => rows.get(id) ?? []),
  };
}

export function isTraced({ of, upstream, downstream }: Trace, id: string): boolean {
  return id === of || upstream.has(id) || downstream.has(id);
}

/** A line is on a way when both of its ends are on the same side. */
export function isLineTraced(trace: Trace, from: string, to: string): boolean {
  const within = (side: Set<string>) =>
    (from === trace.of || side.has(from)) && (to === trace.of || side.has(to));
  return within(trace.upstream) || within(trace.downstream);
}
