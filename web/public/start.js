// Before the modules run: sets the chosen theme before anything is painted (src/theme/theme.ts), and starts the
// worker (src/registry/client.ts), so that it gets ready while the page does. In development there is none to start.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme it is.
}
const { worker } = document.currentScript.dataset;
if (worker) globalThis.registryWorker = new Worker(worker, { type: 'module', name: 'registry' });
