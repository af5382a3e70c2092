// A section of a page as data: its name, when it is there, and what it shows.
import type { ComponentType } from 'react';

export interface SectionInfo<P> {
  /** In addresses. */
  id: string;
  title: string;
  isShown: (page: P) => boolean;
  /** How many things it holds. */
  count?: (page: P) => number | null;
  /** Beside the heading. */
  tools?: ComponentType<{ page: P }>;
  content: ComponentType<{ page: P }>;
}
