// Hands a text to the browser as a file to keep.
import { download } from './download.ts';

export function downloadText(name: string, text: string): void {
  download(name, new Blob([text], { type: 'text/plain' }));
}
