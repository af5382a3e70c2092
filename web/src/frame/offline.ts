// Registers the service worker, and offers a new build of the site when there is one.
import { isLive } from '../live/live.ts';
import { tell } from './StatusLine.tsx';

export function keepOffline(): void {
  // The port of `feast-registry ui` will be another program's tomorrow.
  if (!import.meta.env.PROD || isLive || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const hadOne = serviceWorker.controller !== null;
  let isUpdating = false;

  const offer = (waiting: ServiceWorker | null) => {
    if (!waiting || !hadOne) return;
    const update = () => {
      isUpdating = true;
      waiting.postMessage('take over');
    };
    tell({ text: 'A new version of the viewer is ready.', action: { label: 'Update', run: update } });
  };
  // Only in the tab that asked: another one may have a file open that a reload would lose.
  serviceWorker.addEventListener('controllerchange', () => isUpdating && location.reload());

  const register = async () => {
    const registration = await serviceWorker.register('./sw.js', { updateViaCache: 'none' });
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => worker.state === 'installed' && offer(worker));
    });
  };
  // Refused in private windows and on plain http: the site works without.
  register().catch(() => undefined);
}
