// A sentence in which names and commands stand between backticks, as the core writes them.

export function CodeText({ children: text }: { children: string }) {
  return text.split(CODE).map((part, index) =>
    // Every second part was between backticks.
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}

/** What can be copied of it, if just one part is code. */
export function onlyCode(text: string): string | null {
  const [, code, , second] = text.split(CODE);
  return code !== undefined && second === undefined ? code : null;
}

const CODE = /`([^`]+)`/;
