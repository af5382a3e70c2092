import { describe, expect, test } from 'vitest';
import { highlightLines, type Piece } from './highlight.ts';

const written = (lines: Piece[][]) => lines.map((line) => line.map(({ text }) => text).join('')).join('\n');

describe('highlightLines', () => {
  const code = 'def add(inputs):\n    """Two\n    lines."""\n\n    return inputs["a"] + 1 < 2 & 3\n';

  test('keeps every character, line by line', () => {
    for (const language of ['python', 'json', 'yaml', 'sql', 'bash', 'text', 'unheard-of'])
      expect(written(highlightLines(code, language))).toBe(code.trimEnd());
  });

  test('says what the pieces are, also over line breaks', () => {
    const lines = highlightLines(code, 'python');
    expect(lines[0]?.[0]).toEqual({ text: 'def', className: 'hljs-keyword' });
    expect(lines[1]?.at(-1)?.className).toBe('hljs-string');
    expect(lines[2]?.[0]?.className).toBe('hljs-string');
    expect(lines[3]).toEqual([]);
  });

  test('leaves a very long text plain', () => {
    const lines = highlightLines('x = "a"\n'.repeat(100_000), 'python');
    expect(lines).toHaveLength(100_000);
    expect(lines[0]).toEqual([{ text: 'x = "a"', className: null }]);
  });
});
