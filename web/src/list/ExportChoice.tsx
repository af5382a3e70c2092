// The list as a file: all rows that the filter leaves, with the columns that are shown.
import { Download } from 'lucide-react';
import { useState } from 'react';
import { tell } from '../frame/StatusLine.tsx';
import { Button } from '../parts/Button.tsx';
import { downloadText } from '../parts/downloadText.ts';
import { counted } from '../parts/format.ts';
import { Popover } from '../parts/Popover.tsx';
import type { Collection } from '../registry/api.ts';
import { defect, registry } from '../registry/client.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './ExportChoice.module.css';
import type { ListOf } from './listQuestion.ts';

interface Props {
  list: ListOf;
  collection: Collection;
  columns: readonly string[];
}

export function ExportChoice({ list, collection, columns }: Props) {
  const { name } = useSnapshot();
  const [isBusy, setBusy] = useState(false);
  const save = async (format: 'csv' | 'json') => {
    setBusy(true);
    try {
      const text = await registry.exportList(list.snapshot, list.id, format, [...columns]);
      downloadText(`${name}-${collection.id}.${format}`, text);
    } catch (error) {
      tell({ text: defect(error).message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Popover
      label="Export"
      trigger={
        <Button icon={Download} disabled={list.total === 0}>
          Export
        </Button>
      }
    >
      <p className={styles.what}>
        {counted(list.total, 'row')}, {counted(columns.length, 'column')}
      </p>
      <div className={styles.ways}>
        <Button disabled={isBusy} onClick={() => void save('csv')}>
          CSV
        </Button>
        <Button disabled={isBusy} onClick={() => void save('json')}>
          JSON
        </Button>
      </div>
    </Popover>
  );
}
