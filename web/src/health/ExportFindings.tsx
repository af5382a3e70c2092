// The findings that are shown, as a file.
import { Download } from 'lucide-react';
import { Button } from '../parts/Button.tsx';
import { downloadText } from '../parts/downloadText.ts';
import { counted } from '../parts/format.ts';
import { Popover } from '../parts/Popover.tsx';
import type { Finding } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './ExportFindings.module.css';
import { findingsCsv, findingsJson } from './findingsFile.ts';

export function ExportFindings({ findings }: { findings: readonly Finding[] }) {
  const { name } = useSnapshot();
  return (
    <Popover
      label="Export"
      trigger={
        <Button icon={Download} disabled={findings.length === 0}>
          Export
        </Button>
      }
    >
      <p className={styles.what}>{counted(findings.length, 'finding')}</p>
      <div className={styles.ways}>
        <Button onClick={() => downloadText(`${name}-health.csv`, findingsCsv(findings))}>CSV</Button>
        <Button onClick={() => downloadText(`${name}-health.json`, findingsJson(findings))}>JSON</Button>
      </div>
    </Popover>
  );
}
