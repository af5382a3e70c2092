// Two snapshots that are open: which, what differs in sum, and change by change.
import { useNavigate } from '@tanstack/react-router';
import { ClipboardCopy, Link2 } from 'lucide-react';
import { useProject } from '../addresses.ts';
import { copyLink } from '../frame/copyLink.ts';
import { Page } from '../frame/Page.tsx';
import { Answered } from '../parts/Answered.tsx';
import { Button } from '../parts/Button.tsx';
import { copy } from '../parts/copy.ts';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { Comparison } from '../registry/api.ts';
import type { OpenSnapshot } from '../registry/snapshots.ts';
import { useAnswerOf } from '../registry/useAnswer.ts';
import { Changes } from './Changes.tsx';
import type { CompareSearch } from './compareSearch.ts';
import { Pair } from './Pair.tsx';
import { Summary } from './Summary.tsx';

interface Props {
  before: OpenSnapshot;
  after: OpenSnapshot;
  search: CompareSearch;
}

export function Compared({ before, after, search }: Props) {
  const project = useProject();
  const navigate = useNavigate();
  const answer = useAnswerOf(before.id, 'compare', after.id, project);
  const change = (to: Partial<CompareSearch>) =>
    void navigate({ to: '.', search: (was: CompareSearch) => ({ ...was, ...to }), replace: true });
  const markdown = (comparison: Comparison) =>
    `### ${before.name} → ${after.name}${project === null ? '' : `, project ${project}`}\n\n${comparison.markdown}`;
  const comparison = answer.state === 'failed' ? undefined : answer.value;
  return (
    <Page
      title="Compare"
      isFull
      tools={
        <>
          <Button
            icon={ClipboardCopy}
            disabled={!comparison}
            onClick={() => comparison && void copy(markdown(comparison), 'the comparison as Markdown')}
          >
            Copy as Markdown
          </Button>
          <Button icon={Link2} onClick={() => void copyLink()}>
            Copy link
          </Button>
        </>
      }
    >
      <Pair before={before} after={after} />
      <Answered of={answer} skeleton={<Skeleton lines={8} label="Comparing" />}>
        {(comparison) => (
          <>
            <Summary comparison={comparison} search={search} onChange={change} />
            <Changes comparison={comparison} before={before} search={search} onChange={change} />
          </>
        )}
      </Answered>
    </Page>
  );
}
