// The browser's file picker; where it can, with handles that can be read again later.
import type { Source } from '../registry/snapshots.ts';
import { fileSource } from './sources.ts';

/** None when the person thought better of it. */
export async function pickFiles(): Promise<Source[]> {
  if (!window.showOpenFilePicker) return pickWithInput();
  try {
    const handles = await window.showOpenFilePicker({ multiple: true, id: 'registry' });
    return await Promise.all(handles.map(async (handle) => fileSource(await handle.getFile(), handle)));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    return pickWithInput();
  }
}

function pickWithInput(): Promise<Source[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  return new Promise((resolve) => {
    input.addEventListener('change', () =>
      resolve([...(input.files ?? [])].map((file) => fileSource(file, null))),
    );
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}
