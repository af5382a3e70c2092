// Which columns are shown.
import { Columns3Cog } from 'lucide-react';
import { Button } from '../parts/Button.tsx';
import { Popover } from '../parts/Popover.tsx';
import type { Collection } from '../registry/api.ts';
import styles from './ColumnChooser.module.css';
import type { ColumnChoice } from './useColumns.ts';

export function ColumnChooser({ collection, choice }: { collection: Collection; choice: ColumnChoice }) {
  const shown = choice.shown.map(({ id }) => id);
  const toggle = (id: string) =>
    choice.choose(shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id]);
  return (
    <Popover label="Columns" trigger={<Button icon={Columns3Cog}>Columns</Button>}>
      <fieldset className={styles.columns}>
        <legend className="only-for-screen-readers">Columns</legend>
        {collection.columns.map(({ id, title, type }) => (
          <label key={id} className={styles.column}>
            <input
              type="checkbox"
              checked={shown.includes(id)}
              disabled={type === 'name'}
              onChange={() => toggle(id)}
            />
            {title}
          </label>
        ))}
      </fieldset>
      <Button disabled={choice.isUsual} onClick={choice.chooseUsual}>
        Usual columns
      </Button>
    </Popover>
  );
}
