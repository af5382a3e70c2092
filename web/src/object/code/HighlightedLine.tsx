// One line of coloured code.
import type { Piece } from './highlight.ts';

export function HighlightedLine({ pieces, end = '' }: { pieces: readonly Piece[]; end?: string }) {
  return (
    <>
      {pieces.map(({ text, className }, index) =>
        className === null ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece has no identity but its place
          <span key={index} className={className}>
            {text}
          </span>
        ),
      )}
      {end}
    </>
  );
}
