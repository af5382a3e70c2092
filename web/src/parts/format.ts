// Numbers, sizes and times in words. Without `Intl`: to load what it knows of languages takes longer than to draw a page.

/** A whole number: `1,234`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 feature`, `2 features`. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB'];
  let size = value;
  let unit = -1;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

const STEPS: readonly [seconds: number, letter: string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** Seconds in at most two units: `1 d 12 h`. */
export function duration(seconds: number): string {
  let rest = Math.abs(Math.round(seconds));
  const parts: string[] = [];
  for (const [length, letter] of STEPS) {
    const units = Math.floor(rest / length);
    rest -= units * length;
    if (units > 0) parts.push(`${count(units)} ${letter}`);
    // Only neighbours: `1 d 5 s` would claim more than it says.
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  const text = parts.length === 0 ? '0 s' : parts.join(' ');
  return seconds < 0 ? `−${text}` : text;
}

/** How long ago, roughly: `3 d ago`, `in 2 h`, `just now`. */
export function age(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000);
  if (Math.abs(seconds) < 60) return 'just now';
  const [length, letter] = STEPS.find(([length]) => Math.abs(seconds) >= length) ?? [60, 'min'];
  const days = Math.abs(seconds) / 86_400;
  const units =
    days >= 730
      ? [days / 365.25, 'years']
      : days >= 60
        ? [days / 30.44, 'months']
        : [Math.abs(seconds) / length, letter];
  const text = `${Math.floor(Number(units[0]))} ${units[1]}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** `2026-03-01 14:05 UTC`. */
export function time(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

export function date(at: number): string {
  return new Date(at).toISOString().split('T')[0] ?? '';
}
