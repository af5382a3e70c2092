// The list of keyboard shortcuts.
import { Fragment } from 'react';
import { Dialog } from '../parts/Dialog.tsx';
import styles from './ShortcutHelp.module.css';
import { SHORTCUTS } from './shortcuts.ts';

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const groups = Object.entries(Object.groupBy(SHORTCUTS, ({ group }) => group));
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div className={styles.groups}>
        {groups.map(([group, shortcuts]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className={styles.list}>
              {shortcuts.map(({ id, keys, label }) => (
                <div key={id}>
                  <dt>{label}</dt>
                  <dd>
                    {keys.map((sequence, index) => (
                      <Fragment key={sequence}>
                        {index > 0 && ' or '}
                        {sequence.split(' ').map((key) => (
                          <kbd key={key}>{key.replace('+k', ' K').replace('Shift+', 'Shift ')}</kbd>
                        ))}
                      </Fragment>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
