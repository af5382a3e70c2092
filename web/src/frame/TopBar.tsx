// The bar on top: search, compare, theme, help. On narrow screens also the button for the navigation.
import { useNavigate } from '@tanstack/react-router';
import { GitCompareArrows, Keyboard, Menu, Search } from 'lucide-react';
import { ALL_PROJECTS, addresses, useProject } from '../addresses.ts';
import { IconButton } from '../parts/IconButton.tsx';
import type { OpenSnapshot } from '../registry/snapshots.ts';
import { ThemeToggle } from '../theme/ThemeToggle.tsx';
import styles from './TopBar.module.css';

interface Props {
  snapshot: OpenSnapshot | null;
  isMenuOpen: boolean;
  onMenu: () => void;
  onSearch: () => void;
  onHelp: () => void;
}

export function TopBar({ snapshot, isMenuOpen, onMenu, onSearch, onHelp }: Props) {
  const navigate = useNavigate();
  const project = useProject() ?? ALL_PROJECTS;
  return (
    <header className={styles.bar}>
      <div className={styles.menu}>
        <IconButton
          label={isMenuOpen ? 'Hide navigation' : 'Show navigation'}
          icon={Menu}
          onClick={onMenu}
          aria-expanded={isMenuOpen}
          aria-controls="navigation"
        />
      </div>
      {snapshot && (
        <button type="button" className={styles.search} onClick={onSearch}>
          <Search size={14} aria-hidden="true" />
          <span>Search</span>
          <kbd>Ctrl K</kbd>
        </button>
      )}
      <div className={styles.tools}>
        {snapshot && (
          <IconButton
            label="Compare with another snapshot"
            icon={GitCompareArrows}
            onClick={() => void navigate(addresses(snapshot.slug, project).compare())}
          />
        )}
        <ThemeToggle />
        <IconButton label="Keyboard shortcuts" icon={Keyboard} onClick={onHelp} />
      </div>
    </header>
  );
}
