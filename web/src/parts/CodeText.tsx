// A sentence in which names and commands stand between backticks, as the core writes them.

export function CodeText({ children: text }: { children: string }) {
  if (isCommand(text)) return <code>{text}</code>;
  return text.split(CODE).map((part, index) =>
    // Every second part was between backticks.
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}

/** A fix is a sentence, or just the command to run. */
function isCommand(text: string): boolean {
  return /^feast(-registry)? /.test(text) && !text.includes('`');
}

/** What can be copied of it, if just one part is code. */
export function onlyCode(text: string): string | null {
  const [, code, , second] = text.split(CODE);
  return code !== undefined && second === undefined ? code : null;
}

const CODE = /`([^`]+)`/;
