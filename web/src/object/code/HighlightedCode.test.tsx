import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { HighlightedCode } from './HighlightedCode.tsx';

test('what is drawn is the text, line by line', () => {
  const text = 'def add(a):\n    return a\n';
  const drawn = renderToStaticMarkup(<HighlightedCode text={text} language="python" />);
  expect(drawn).toContain('<span class="hljs-keyword">return</span>');
  expect(drawn.replaceAll(/<[^>]*>/g, '')).toBe(text);
});
