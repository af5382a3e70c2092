// A button with words.
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import styles from './Button.module.css';

interface Props extends ComponentProps<'button'> {
  icon?: LucideIcon;
  /** The one thing to do on this page. */
  isMain?: boolean;
}

export function Button({ icon: Icon, isMain = false, children, ...rest }: Props) {
  return (
    <button type="button" className={styles.button} data-main={isMain} {...rest}>
      {Icon && <Icon size={14} strokeWidth={1.75} aria-hidden="true" />}
      {children}
    </button>
  );
}
