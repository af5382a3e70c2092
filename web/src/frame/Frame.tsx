// What is around every page: navigation on the left, the bar on top, and what opens over them.
import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useWantedToken } from '../live/access.ts';
import { DropZone } from '../open/DropZone.tsx';
import { TypedAhead } from '../search/TypedAhead.tsx';
import { chooseTheme, useTheme } from '../theme/theme.ts';
import { copyLink } from './copyLink.ts';
import styles from './Frame.module.css';
import { Sidebar } from './Sidebar.tsx';
import { SidebarShortcuts } from './SidebarShortcuts.tsx';
import { StatusLine } from './StatusLine.tsx';
import { handleKey, useShortcut } from './shortcuts.ts';
import { TopBar } from './TopBar.tsx';
import { useShownSnapshot } from './useShownSnapshot.ts';

const SearchPalette = lazy(() =>
  import('../search/SearchPalette.tsx').then((file) => ({ default: file.SearchPalette })),
);
const ShortcutHelp = lazy(() =>
  import('./ShortcutHelp.tsx').then((file) => ({ default: file.ShortcutHelp })),
);

const TokenDialog = lazy(() =>
  import('../live/TokenDialog.tsx').then((file) => ({ default: file.TokenDialog })),
);

export function Frame() {
  const wantedToken = useWantedToken();
  const snapshot = useShownSnapshot();
  const { pathname } = useLocation();
  const theme = useTheme();
  const [over, setOver] = useState<'search' | 'help' | null>(null);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const close = () => {
    setOver(null);
    setTyped('');
  };

  useEffect(() => {
    window.addEventListener('keydown', handleKey);
    return () => window.removeEventListener('keydown', handleKey);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, so the menu has done its work
  useEffect(() => setMenuOpen(false), [pathname]);
  useShortcut('search', () => snapshot && setOver('search'));
  useShortcut('help', () => setOver('help'));
  useShortcut('copy-link', () => void copyLink());
  useShortcut('theme', () => chooseTheme(theme === 'dark' ? 'light' : 'dark'));

  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={skipToContent}>
        Skip to content
      </button>
      <TopBar
        snapshot={snapshot}
        isMenuOpen={isMenuOpen}
        onMenu={() => setMenuOpen(!isMenuOpen)}
        onSearch={() => setOver('search')}
        onHelp={() => setOver('help')}
      />
      <Sidebar snapshot={snapshot} isMenuOpen={isMenuOpen} />
      <SidebarShortcuts snapshot={snapshot} />
      <main id="content" className={styles.content} tabIndex={-1}>
        <Outlet />
      </main>
      <StatusLine />
      <DropZone />
      <Suspense fallback={<TypedAhead onType={setTyped} onClose={close} />}>
        {over === 'search' && snapshot && <SearchPalette snapshot={snapshot} typed={typed} onClose={close} />}
      </Suspense>
      <Suspense>{wantedToken && <TokenDialog {...wantedToken} />}</Suspense>
      <Suspense>{over === 'help' && <ShortcutHelp onClose={close} />}</Suspense>
    </div>
  );
}

function skipToContent() {
  document.getElementById('content')?.focus();
}
