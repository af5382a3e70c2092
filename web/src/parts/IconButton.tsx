// A button that is an icon; `label` is said by screen readers and shown on hover.
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import styles from './IconButton.module.css';

interface Props extends Omit<ComponentProps<'button'>, 'children'> {
  label: string;
  icon: LucideIcon;
  size?: number;
}

export function IconButton({ label, icon: Icon, size = 16, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={styles.button}
      data-size={size}
      {...rest}
    >
      <Icon size={size} strokeWidth={1.75} aria-hidden="true" />
    </button>
  );
}
