// Several names in one parameter of the address: with commas between, those within a name escaped.

export function writeList(names: readonly string[]): string | undefined {
  const escaped = names.map((name) => name.replaceAll('%', '%25').replaceAll(',', '%2C'));
  return escaped.length === 0 ? undefined : escaped.join(',');
}

export function writtenList(text: string | undefined): string[] {
  const unescaped = (name: string) => name.replaceAll('%2C', ',').replaceAll('%25', '%');
  return text === undefined ? [] : text.split(',').filter(Boolean).map(unescaped);
}

/** The list with the name if it was without it, and the other way round. */
export function toggled(text: string | undefined, name: string): string | undefined {
  const names = writtenList(text);
  return writeList(names.includes(name) ? names.filter((other) => other !== name) : [...names, name]);
}
