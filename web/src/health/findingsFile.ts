// Findings as a file: for a spreadsheet, or for a program.
import type { Finding } from '../registry/api.ts';

const COLUMNS: readonly (readonly [title: string, value: (finding: Finding) => string])[] = [
  ['severity', ({ severity }) => severity],
  ['rule', ({ rule }) => rule],
  ['kind', ({ ref }) => ref.kind],
  ['project', ({ ref }) => ref.project],
  ['name', ({ ref }) => ref.name],
  ['owner', ({ owner }) => owner],
  ['message', ({ message }) => message],
  ['evidence', ({ evidence }) => evidence],
  ['remedy', ({ remedy }) => remedy],
];

export function findingsCsv(findings: readonly Finding[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...findings.map((finding) => COLUMNS.map(([, value]) => value(finding))),
  ];
  return rows.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

export function findingsJson(findings: readonly Finding[]): string {
  return `${JSON.stringify(findings, null, 2)}\n`;
}

/** A spreadsheet takes some first letters for a formula: these are made text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
