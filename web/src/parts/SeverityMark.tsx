// How bad a finding is, as an icon and in words for screen readers.
import { CircleAlert, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { Severity } from '../registry/api.ts';
import styles from './SeverityMark.module.css';

const ICONS: Record<Severity, LucideIcon> = { error: CircleAlert, warning: TriangleAlert, info: Info };

export function SeverityMark({ severity }: { severity: Severity }) {
  const Icon = ICONS[severity];
  return (
    <span className={styles.mark} data-severity={severity} title={severity}>
      <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
      <span className="only-for-screen-readers">{severity}</span>
    </span>
  );
}
