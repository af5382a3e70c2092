// The picture as a file.
import { Menu } from '@base-ui/react/menu';
import { Download } from 'lucide-react';
import { tell } from '../frame/StatusLine.tsx';
import { Button } from '../parts/Button.tsx';
import { download } from '../parts/download.ts';
import { coloursOfPage } from './colours.ts';
import styles from './Menu.module.css';
import { png } from './png.ts';
import { svg } from './svg.ts';
import type { PlacedGraph } from './usePlaced.ts';

export function ExportMenu({ of, name }: { of: PlacedGraph; name: string }) {
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
    <Menu.Root>
      <Menu.Trigger render={<Button icon={Download} />}>Export</Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className={styles.positioner}>
          <Menu.Popup className={styles.popup}>
            <Menu.Item className={styles.item} onClick={saveSvg}>
              SVG <span className={styles.note}>any size, can be edited</span>
            </Menu.Item>
            <Menu.Item className={styles.item} onClick={() => void savePng()}>
              PNG <span className={styles.note}>for documents and chats</span>
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
