// What the strip under the heading says of a view: is it alive?
import { counted, duration } from '../parts/format.ts';
import type { Alive, SeverityCounts } from '../registry/api.ts';

export type Tone = 'good' | 'warning' | 'error' | 'plain';

export interface Verdict {
  tone: Tone;
  /** The gap until now, in words. */
  text: string;
  /** Against what it is measured. */
  measure: string;
  /** The gap as a share of the TTL, from 0 to 1; null where there is no TTL. */
  share: number | null;
}

export function verdictOf({ lag, ttl, isStale }: Alive): Verdict {
  const measure = ttl === null || ttl === 0 ? 'no TTL to keep to' : `TTL ${duration(ttl)}`;
  if (lag === null)
    return { tone: isStale ? 'error' : 'plain', text: isStale ? 'no data' : 'none', measure, share: null };
  const share = ttl ? Math.min(Math.max(lag / ttl, 0), 1) : null;
  if (lag < 0) return { tone: 'error', text: `${duration(-lag)} ahead`, measure, share: 0 };
  if (isStale && ttl)
    return {
      tone: 'error',
      text: duration(lag),
      measure: `${duration(lag - ttl)} over its ${measure}`,
      share,
    };
  return { tone: isStale ? 'error' : ttl ? 'good' : 'plain', text: duration(lag), measure, share };
}

export function healthOf({ error, warning, info }: SeverityCounts): { tone: Tone; text: string } {
  const parts = [
    error > 0 && counted(error, 'error'),
    warning > 0 && counted(warning, 'warning'),
    info > 0 && counted(info, 'hint'),
  ].filter((part) => part !== false);
  const tone = error > 0 ? 'error' : warning > 0 ? 'warning' : info > 0 ? 'plain' : 'good';
  return { tone, text: parts.length === 0 ? 'nothing found' : parts.join(', ') };
}
