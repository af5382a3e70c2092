// Larger, smaller, everything.
import { useReactFlow } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { IconButton } from '../parts/IconButton.tsx';
import type { Placed } from './layout.ts';
import styles from './ZoomTools.module.css';

export function ZoomTools({ placed: { width, height } }: { placed: Placed }) {
  const flow = useReactFlow();
  return (
    <div className={styles.tools}>
      <IconButton label="Enlarge" icon={Plus} onClick={() => void flow.zoomIn()} />
      <IconButton label="Make smaller" icon={Minus} onClick={() => void flow.zoomOut()} />
      <IconButton
        label="Show everything"
        icon={Maximize}
        onClick={() => void flow.fitBounds({ x: 0, y: 0, width, height }, { padding: 0.08 })}
      />
    </div>
  );
}
