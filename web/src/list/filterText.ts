// Writing the filter sentence. The core parses it; this only puts words together.

/** `owner:ann`, with quotes where the value needs them. */
export function filterWord(field: string, value: string): string {
  return `${field}:${/[\s"]/.test(value) || value === '' ? `"${value.replaceAll('"', '\\"')}"` : value}`;
}

/** The sentence with a word more, unless it has it. */
export function withWord(filter: string, word: string): string {
  const has = ` ${filter} `.includes(` ${word} `);
  return has ? filter : `${filter} ${word}`.trim();
}

export function withoutWord(filter: string, word: string): string {
  return ` ${filter} `.replace(` ${word} `, ' ').trim();
}

/** The word that the cursor is in or at the end of. */
export function wordAt(text: string, cursor: number): { text: string; start: number; end: number } {
  let start = 0;
  for (const { index, 0: word } of text.matchAll(/(?:"[^"]*"?|\S)+/g)) {
    const end = index + word.length;
    if (cursor >= index && cursor <= end) return { text: word, start: index, end };
    if (end < cursor) start = cursor;
  }
  return { text: '', start: Math.max(start, cursor), end: Math.max(start, cursor) };
}
