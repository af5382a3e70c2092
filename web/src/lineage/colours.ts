// The colours of the page as they are now, in a notation that every program understands.
import { KINDS } from '../kinds/kinds.ts';
import type { Thing } from '../registry/api.ts';

export interface Colours {
  ground: string;
  panel: string;
  ink: string;
  line: string;
  soft: string;
  warning: string;
  error: string;
  kinds: Map<Thing, string>;
}

export function coloursOfPage(): Colours {
  const probe = document.createElement('span');
  document.body.append(probe);
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  /** `light-dark()` and `oklch()` as the browser paints them. */
  const painted = (name: string) => {
    probe.style.color = `var(${name})`;
    if (!canvas) return '#888888';
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  };
  const ofKind = (kind: Thing) => {
    probe.dataset.kind = kind;
    return painted('--kind');
  };
  const colours = {
    ground: painted('--ground'),
    panel: painted('--panel'),
    ink: painted('--ink'),
    line: painted('--line-strong'),
    soft: painted('--ink-soft'),
    warning: painted('--warning'),
    error: painted('--error'),
    kinds: new Map(KINDS.map(({ kind }) => [kind, ofKind(kind)])),
  };
  probe.remove();
  return colours;
}
