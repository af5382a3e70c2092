// Keeps the site working offline. One cache per build: a new build is fetched whole beside the old one
// and takes over when no tab uses the old one any more, so that no page ever mixes two builds.
const CACHE = `viewer-${'VERSION'}`;
const FILES = ['FILES'];

self.addEventListener('install', (event) => {
  // `reload`: not what the browser's own cache has kept of an older build under the same name.
  const requests = FILES.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

self.addEventListener('activate', (event) => {
  const isOld = (name) => name.startsWith('viewer-') && name !== CACHE;
  const clean = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

// The page asks for it when the person chooses "Update".
self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL(self.registration.scope);
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname))
    return;
  const path = request.mode === 'navigate' ? './' : url.pathname.slice(scope.pathname.length);
  if (path !== './' && !FILES.includes(path)) return;
  const respond = async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(new URL(path, scope).href)) ?? fetch(request);
  };
  event.respondWith(respond());
});
