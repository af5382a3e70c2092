// No box to draw: why, and what to do.
import { Button } from '../parts/Button.tsx';
import { Message } from '../parts/Message.tsx';
import type { LineageSearch } from './lineageSearch.ts';

interface Props {
  search: LineageSearch;
  onChange: (to: Partial<LineageSearch>) => void;
}

export function NothingToDraw({ search, onChange }: Props) {
  if ([search.kinds, search.q, search.permission].some((filter) => filter !== undefined)) {
    return (
      <Message title="Nothing of this project is left by the filter">
        <Button onClick={() => onChange({ kinds: undefined, q: undefined, permission: undefined })}>
          Show everything
        </Button>
      </Message>
    );
  }
  return (
    <Message title="Nothing in this project is related to anything">
      {search.unrelated ? (
        'Feature views, their sources and entities, and feature services appear here once they are applied.'
      ) : (
        <Button onClick={() => onChange({ unrelated: true })}>Show what has no relations</Button>
      )}
    </Message>
  );
}
