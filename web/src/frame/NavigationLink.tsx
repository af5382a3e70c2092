// One line of the navigation.
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import styles from './NavigationLink.module.css';

interface Props {
  icon: ReactNode;
  label: string;
  address: LinkProps;
  count?: string | undefined;
  isWarning?: boolean;
  /** Only chosen on this very page, not on those below it. */
  exact?: boolean;
}

export function NavigationLink({ icon, label, address, count, isWarning = false, exact = false }: Props) {
  return (
    <Link
      {...address}
      className={styles.link}
      activeOptions={{ exact, includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
    >
      {icon}
      <span className={styles.label}>{label}</span>
      {count !== undefined && (
        <span className={styles.count} data-warning={isWarning}>
          {count}
        </span>
      )}
    </Link>
  );
}
