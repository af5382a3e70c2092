// The same graph as a picture, or as a list.
import { List, Workflow } from 'lucide-react';
import { IconButton } from '../parts/IconButton.tsx';
import styles from './ViewChoice.module.css';

interface Props {
  view: 'list' | undefined;
  onChange: (view: 'list' | undefined) => void;
}

export function ViewChoice({ view, onChange }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label="Shown as" className={styles.choice}>
      <IconButton
        label="As a picture"
        icon={Workflow}
        aria-pressed={view !== 'list'}
        onClick={() => onChange(undefined)}
      />
      <IconButton
        label="As a list"
        icon={List}
        aria-pressed={view === 'list'}
        onClick={() => onChange('list')}
      />
    </div>
  );
}
