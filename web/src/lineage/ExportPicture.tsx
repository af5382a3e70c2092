// The picture as a file.
import { Download } from 'lucide-react';
import { tell } from '../frame/StatusLine.tsx';
import { Button } from '../parts/Button.tsx';
import { download } from '../parts/download.ts';
import { Popover } from '../parts/Popover.tsx';
import { coloursOfPage } from './colours.ts';
import styles from './ExportPicture.module.css';
import { png } from './png.ts';
import { svg } from './svg.ts';
import type { PlacedGraph } from './usePlaced.ts';

export function ExportPicture({ of, name }: { of: PlacedGraph; name: string }) {
  const drawn = () => svg(of, coloursOfPage());
  const saveSvg = () => download(`${name}.svg`, new Blob([drawn()], { type: 'image/svg+xml' }));
  const savePng = async () => {
    try {
      download(`${name}.png`, await png(drawn(), of.placed));
    } catch {
      tell({ text: 'The picture is too large for this browser to make a PNG of it. Export it as SVG.' });
    }
  };
  return (
    <Popover label="Export" trigger={<Button icon={Download}>Export</Button>}>
      <div className={styles.ways}>
        <Button onClick={saveSvg}>SVG</Button>
        <Button onClick={() => void savePng()}>PNG</Button>
      </div>
    </Popover>
  );
}
