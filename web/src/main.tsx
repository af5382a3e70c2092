// Starts the viewer.
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { keepOffline } from './frame/offline.ts';
import { followPlainLinks } from './frame/plainLinks.ts';
import { openAtStart } from './open/openAtStart.ts';
import { keepTime } from './registry/snapshots.ts';
import { answers } from './registry/useAnswer.ts';
import { router } from './router.ts';
import './theme/tokens.css';
import './theme/base.css';
import './kinds/kinds.css';

void openAtStart().then((home) => {
  if (home && router.state.location.pathname === '/') void router.navigate({ ...home, replace: true });
});
keepTime();
keepOffline();
followPlainLinks();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={answers}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
}
