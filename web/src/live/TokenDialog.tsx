// The window that asks for a bearer token.
import { useId, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import styles from '../parts/Form.module.css';
import { giveToken } from './access.ts';

export function TokenDialog({ wasRefused }: { wasRefused: boolean }) {
  const [field, help] = [useId(), useId()];
  const [text, setText] = useState('');
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    giveToken(text.trim());
  };
  return (
    <Dialog title="This registry asks who you are" onClose={() => giveToken(null)}>
      <form className={styles.form} onSubmit={submit}>
        {wasRefused && <p role="alert">That token is not accepted, or not any more.</p>}
        <label htmlFor={field}>Bearer token</label>
        <input
          id={field}
          type="password"
          required
          autoComplete="off"
          spellCheck={false}
          aria-describedby={help}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" isMain>
          Show the registry
        </Button>
        <p id={help}>
          One that your identity provider gave you for this registry, as Feast’s clients send it. It is kept
          until this tab is closed, and you see what it permits.
        </p>
      </form>
    </Dialog>
  );
}
