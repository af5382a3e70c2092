// Copies the address of what is in view.
import { tell } from './StatusLine.tsx';

export async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    tell({ text: 'Link copied' });
  } catch {
    tell({ text: 'The browser does not let this page copy; the link is in the address bar.' });
  }
}
