// What looks wrong in a registry, the worst first: why, by what one sees it, and what to do.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useProject } from '../addresses.ts';
import { Page } from '../frame/Page.tsx';
import { Answered } from '../parts/Answered.tsx';
import { Button } from '../parts/Button.tsx';
import { counted } from '../parts/format.ts';
import { Message } from '../parts/Message.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { VirtualList } from '../parts/VirtualList.tsx';
import type { Health } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { useAnswer } from '../registry/useAnswer.ts';
import { ExportFindings } from './ExportFindings.tsx';
import { FindingEntry } from './FindingEntry.tsx';
import { filteredFindings, healthEntries } from './filteredFindings.ts';
import { HealthFilters } from './HealthFilters.tsx';
import styles from './HealthPage.module.css';
import type { HealthSearch } from './healthSearch.ts';
import { RuleHeading } from './RuleHeading.tsx';

export function HealthPage() {
  const project = useProject();
  const { now } = useSnapshot();
  const answer = useAnswer('health', project, now, null);
  return (
    <Answered
      of={answer}
      skeleton={
        <Page title="Health">
          <Skeleton lines={12} label="Looking for what is wrong" />
        </Page>
      }
    >
      {(health) => <Findings health={health} />}
    </Answered>
  );
}

function Findings({ health }: { health: Health }) {
  const search = useSearch({ from: '/$snapshot/$project/health' });
  const navigate = useNavigate();
  const change = (to: Partial<HealthSearch>) =>
    void navigate({ to: '.', search: (was: HealthSearch) => ({ ...was, ...to }), replace: true });
  const shown = filteredFindings(health.findings, search);
  const entries = healthEntries(health, shown);
  if (health.total === 0) {
    return (
      <Page title="Health">
        <Message title="Nothing looks wrong">
          No unused entities or sources, no references to what is not there, no stale or undocumented views.
        </Message>
      </Page>
    );
  }
  return (
    <Page title="Health" isFull tools={<ExportFindings findings={shown} />}>
      <HealthFilters health={health} search={search} onChange={change} />
      {health.findings.length < health.total && (
        <p className={styles.note}>
          {counted(health.total, 'finding')}; of each rule the first {counted(mostOfARule(health), 'finding')}{' '}
          can be looked at.
        </p>
      )}
      {shown.length === 0 ? (
        <Message title="No finding is left by the filter">
          <Button
            onClick={() =>
              change({
                severity: undefined,
                rule: undefined,
                kind: undefined,
                owner: undefined,
                q: undefined,
              })
            }
          >
            Show all
          </Button>
        </Message>
      ) : (
        <div className={styles.list}>
          <VirtualList
            label="Findings"
            items={entries}
            keyOf={(entry) => (entry.is === 'rule' ? entry.rule.rule : entry.key)}
            height={({ is }) => (is === 'rule' ? 72 : 88)}
            isHeading={({ is }) => is === 'rule'}
          >
            {(entry) =>
              entry.is === 'rule' ? (
                <RuleHeading rule={entry.rule} shown={entry.shown} />
              ) : (
                <FindingEntry finding={entry.finding} />
              )
            }
          </VirtualList>
        </div>
      )}
    </Page>
  );
}

function mostOfARule({ findings, rules }: Health): number {
  return Math.max(...rules.map(({ rule }) => findings.filter((finding) => finding.rule === rule).length));
}
