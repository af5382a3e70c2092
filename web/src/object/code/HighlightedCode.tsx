// The coloured text of a piece of code. Its own chunk, with the grammars.
import { useMemo } from 'react';
import { HighlightedLine } from './HighlightedLine.tsx';
import { highlightLines } from './highlight.ts';

export function HighlightedCode({ text, language }: { text: string; language: string }) {
  const lines = useMemo(() => highlightLines(text, language), [text, language]);
  return lines.map((pieces, line) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
    <HighlightedLine key={line} pieces={pieces} end={'\n'} />
  ));
}
