// Puts a text on the clipboard, and says so.
import { tell } from '../frame/StatusLine.tsx';

/** `what` as in "Copied the definition". */
export async function copy(text: string | (() => Promise<string>), what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
    tell({ text: `Copied ${what}` });
  } catch {
    tell({ text: `The browser does not let this page copy ${what}.` });
  }
}
