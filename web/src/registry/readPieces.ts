// The bytes of a file or of an address, piece by piece. Runs in the worker.
import type { Problem, Result } from './api.ts';
import type { Content } from './protocol.ts';

export interface Pieces {
  stream: ReadableStream<Uint8Array>;
  /** null: nobody knows before the end. */
  size: number | null;
}

export async function readPieces(content: Content): Promise<Result<Pieces>> {
  if (content instanceof Blob) return { ok: true, value: { stream: content.stream(), size: content.size } };
  try {
    const response = await fetch(content.url, {
      headers: content.headers,
      cache: 'no-cache',
      credentials: 'same-origin',
      referrerPolicy: 'no-referrer',
    });
    if (!response.ok) return { ok: false, problem: await refusal(content.url, response) };
    if (!response.body) return { ok: false, problem: unreachable(content.url) };
    return { ok: true, value: { stream: response.body, size: sizeOf(response) } };
  } catch {
    return { ok: false, problem: unreachable(content.url) };
  }
}

/** What stopped the reading of a file midway. */
export function unreadable(error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'unreadable',
    message: `It could not be read to its end: ${reason}`,
    hint: 'It may have been changed or moved meanwhile, or the connection was lost. Open it again.',
  };
}

/** Our servers say the size before compression; other servers only if they do not compress. */
function sizeOf({ headers }: Response): number | null {
  const whole = headers.get('Feast-Registry-Size');
  const sent = headers.get('Content-Encoding') === null ? headers.get('Content-Length') : null;
  const size = Number(whole ?? sent);
  return size > 0 ? size : null;
}

/** Our servers say why, as a problem. */
async function refusal(url: string, response: Response): Promise<Problem> {
  const told: unknown = await response.json().catch(() => null);
  if (typeof told === 'object' && told !== null && 'message' in told && 'code' in told)
    return told as Problem;
  return {
    code: 'unreachable',
    message: `${url} answered ${response.status} ${response.statusText}`.trim(),
    hint: 'Check the address; if it needs a login, download the file and drop it here.',
  };
}

function unreachable(url: string): Problem {
  return {
    code: 'unreachable',
    message: `${url} cannot be read from this page`,
    hint: 'Its server must be reachable and allow this page to read it (`Access-Control-Allow-Origin`). Or download the file and drop it here.',
  };
}
