// What an object's page keeps in its address.

export interface ObjectSearch {
  /** The section that is linked to. */
  section?: string | undefined;
  /** Sections whose long lists are shown whole, by id, with commas between. */
  open?: string | undefined;
  /** Text that the fields shown of the schema contain. */
  find?: string | undefined;
  /** The part of the timeline in view: `<start>..<end>`. */
  zoom?: string | undefined;
  /** The two versions that are compared. */
  from?: number | undefined;
  to?: number | undefined;
  /** The form of the definition, and the version of it. */
  format?: DefinitionFormat | undefined;
  version?: number | undefined;
  /** The list that one came from: its filter and order as in its own address, and whether it was of all projects. */
  q?: string | undefined;
  sort?: string | undefined;
  all?: boolean | undefined;
}

export type DefinitionFormat = 'python' | 'json' | 'yaml';

export function objectSearch(given: Record<string, unknown>): ObjectSearch {
  const text = (name: keyof ObjectSearch) => {
    const value = given[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const number = (name: keyof ObjectSearch) => {
    const value = Number.parseInt(String(given[name]), 10);
    return value >= 0 ? value : undefined;
  };
  const format = text('format');
  return {
    section: text('section'),
    open: text('open'),
    find: text('find'),
    zoom: text('zoom'),
    from: number('from'),
    to: number('to'),
    format: format === 'python' || format === 'json' || format === 'yaml' ? format : undefined,
    version: number('version'),
    q: text('q'),
    sort: text('sort'),
    all: String(given.all) === 'true' || undefined,
  };
}
