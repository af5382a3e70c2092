// A kind's icon in its hue. Decoration: the kind is always said in words as well.
import type { Thing } from '../registry/api.ts';
import styles from './KindIcon.module.css';
import { kindInfo } from './kinds.ts';

export function KindIcon({ kind, size = 14 }: { kind: Thing; size?: number }) {
  const Icon = kindInfo(kind).icon;
  return (
    <span data-kind={kind} className={styles.icon}>
      <Icon size={size} strokeWidth={1.75} aria-hidden="true" />
    </span>
  );
}
