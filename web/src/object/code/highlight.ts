// Colours code: the lines of a text, each in pieces with the class of what they are (`hljs-keyword`).
import type { ElementContent, RootContent } from 'hast';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import sql from 'highlight.js/lib/languages/sql';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

export interface Piece {
  text: string;
  /** null: nothing special. */
  className: string | null;
}

const lowlight = createLowlight({ bash, json, python, sql, yaml });

/** Longer texts stay plain: colouring them would keep the page busy for too long. */
const LIMIT = 400_000;

export function highlightLines(text: string, language: string): Piece[][] {
  const isPlain = text.length > LIMIT || !lowlight.registered(language);
  const pieces = isPlain
    ? [{ text, className: null }]
    : lowlight.highlight(language, text).children.flatMap((node) => piecesOf(node, null));
  return splitLines(pieces);
}

function piecesOf(node: RootContent | ElementContent, className: string | null): Piece[] {
  if (node.type === 'text') return [{ text: node.value, className }];
  if (node.type !== 'element') return [];
  const own = node.properties.className;
  const named = Array.isArray(own) ? own.join(' ') : className;
  return node.children.flatMap((child) => piecesOf(child, named));
}

/** A line break at the very end opens no line. */
function splitLines(pieces: Piece[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const { text, className } of pieces) {
    const [first = '', ...more] = text.split('\n');
    if (first !== '') lines.at(-1)?.push({ text: first, className });
    for (const line of more) lines.push(line === '' ? [] : [{ text: line, className }]);
  }
  if (lines.length > 1 && lines.at(-1)?.length === 0) lines.pop();
  return lines;
}
