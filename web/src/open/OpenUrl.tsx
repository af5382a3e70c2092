// Opening by address; it becomes part of the link (`?src=`).
import { useId, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import styles from '../parts/Form.module.css';
import type { Source } from '../registry/snapshots.ts';
import { urlSource } from './sources.ts';

export function OpenUrl({ onOpen }: { onOpen: (sources: Source[]) => Promise<void> }) {
  const id = useId();
  const [text, setText] = useState('');
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    void onOpen([urlSource(text)]);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <label htmlFor={id}>From an address</label>
      <input
        id={id}
        type="url"
        required
        value={text}
        placeholder="https://"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit">Open</Button>
      <p>
        Fetched by this browser only; its server must allow that (<code>Access-Control-Allow-Origin</code>).
        The address becomes part of the links that you copy.
      </p>
    </form>
  );
}
