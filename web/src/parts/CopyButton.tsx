// Copies a text, and says so.
import { Copy } from 'lucide-react';
import { tell } from '../frame/StatusLine.tsx';
import { IconButton } from './IconButton.tsx';

/** `what` as in "Copy the definition". */
export function CopyButton({ text, what }: { text: string | (() => Promise<string>); what: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      tell({ text: `Copied ${what}` });
    } catch {
      tell({ text: `The browser does not let this page copy ${what}.` });
    }
  };
  return <IconButton label={`Copy ${what}`} icon={Copy} onClick={() => void copy()} />;
}
