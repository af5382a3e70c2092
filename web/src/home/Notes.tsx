// What is unusual about the file: objects that cannot be read, what this build does not know; nothing in it.
import { Link } from '@tanstack/react-router';
import { useAddresses } from '../addresses.ts';
import { counted } from '../parts/format.ts';
import { Message } from '../parts/Message.tsx';
import type { Summary } from '../registry/api.ts';

export function Notes({ summary: { damaged, notes, objects } }: { summary: Summary }) {
  const at = useAddresses();
  return (
    <>
      {objects === 0 && (
        <Message title="This registry is empty">
          It is a registry, but nothing has been applied to it yet. <code>feast apply</code> or{' '}
          <code>feast-registry apply</code> fills it.
        </Message>
      )}
      {damaged > 0 && (
        <Message title={`${counted(damaged, 'object')} cannot be read`} tone="error">
          The bytes are not what they should be; everything else is shown.{' '}
          <Link {...at.health()}>See which under Health</Link>.
        </Message>
      )}
      {notes.length > 0 && (
        <Message title="Not everything in this file is known to this version of the viewer" tone="warning">
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Message>
      )}
    </>
  );
}
