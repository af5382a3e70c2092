// The whole window takes dropped files.
import { useEffect, useRef, useState } from 'react';
import type { Source } from '../registry/snapshots.ts';
import styles from './DropZone.module.css';
import { fileSource } from './sources.ts';
import { useOpen } from './useOpen.ts';

export function DropZone() {
  const open = useOpen();
  const latest = useRef(open);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    latest.current = open;
  });

  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(false);
      void droppedFiles(event.dataTransfer).then((sources) => latest.current(sources));
    };
    const stop = new AbortController();
    window.addEventListener('dragover', over, stop);
    window.addEventListener('dragleave', leave, stop);
    window.addEventListener('drop', drop, stop);
    return () => stop.abort();
  }, []);

  if (!isOver) return null;
  return <div className={styles.over}>Drop to open. Nothing is uploaded.</div>;
}

/** Everything has to be asked of the event before it ends; only then may one wait. */
async function droppedFiles(data: DataTransfer): Promise<Source[]> {
  const dropped = [...data.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ file: item.getAsFile(), handle: item.getAsFileSystemHandle?.() }));
  const sources = await Promise.all(
    dropped.map(async ({ file, handle }) => {
      const given = await handle?.catch(() => null);
      if (!file || given?.kind === 'directory') return null;
      return fileSource(file, (given as FileSystemFileHandle | null | undefined) ?? null);
    }),
  );
  return sources.filter((source) => source !== null);
}
