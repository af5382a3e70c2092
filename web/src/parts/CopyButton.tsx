// A button that copies a text.
import { Copy } from 'lucide-react';
import { copy } from './copy.ts';
import { IconButton } from './IconButton.tsx';

/** `what` as in "Copy the definition". */
export function CopyButton({ text, what }: { text: string | (() => Promise<string>); what: string }) {
  return <IconButton label={`Copy ${what}`} icon={Copy} onClick={() => void copy(text, what)} />;
}
