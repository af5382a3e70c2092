// The search that opens over any page. To come.
import { Dialog } from '../parts/Dialog.tsx';
import type { OpenSnapshot } from '../registry/snapshots.ts';

export function SearchPalette({ onClose }: { snapshot: OpenSnapshot; onClose: () => void }) {
  return (
    <Dialog title="Search" onClose={onClose}>
      To come.
    </Dialog>
  );
}
