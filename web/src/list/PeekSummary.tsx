// The short form of an object or a feature.
import type { ReactNode } from 'react';
import { kindInfo } from '../kinds/kinds.ts';
import { Facts } from '../object/Facts.tsx';
import { Age } from '../parts/Age.tsx';
import { counted, duration } from '../parts/format.ts';
import { Message } from '../parts/Message.tsx';
import { TagChip } from '../parts/TagChip.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Alive, FeaturePage, ObjectPage, Ref, SchemaField, Use } from '../registry/api.ts';
import styles from './PeekSummary.module.css';

const SHOWN = 12;

export function ObjectSummary({ page, now }: { page: ObjectPage; now: number }) {
  const { ref, damage, description, owner, tags, lastUpdated, alive, facts, schema, uses, usedBy } = page;
  if (damage)
    return (
      <Message title="It cannot be read" tone="error">
        {damage.message}
      </Message>
    );
  return (
    <div className={styles.summary}>
      {description !== '' && <p>{description}</p>}
      <Tags of={ref} tags={tags} />
      <dl className={styles.facts}>
        <Fact label="Owner">{owner || 'nobody'}</Fact>
        {lastUpdated !== null && (
          <Fact label="Updated">
            <Age at={lastUpdated} now={now} />
          </Fact>
        )}
        {alive && <AliveFacts alive={alive} now={now} />}
      </dl>
      <Facts facts={facts} />
      {schema && <Schema schema={schema} />}
      <Uses title="Uses" uses={uses} />
      <Uses title="Used by" uses={usedBy} />
    </div>
  );
}

export function FeatureSummary({ page }: { page: FeaturePage }) {
  const { ref, description, owner, tags, type, view, usedBy } = page;
  return (
    <div className={styles.summary}>
      {description !== '' && <p>{description}</p>}
      <Tags of={ref} tags={tags} />
      <dl className={styles.facts}>
        <Fact label="Type">
          <code>{type}</code>
        </Fact>
        <Fact label="View">
          <ThingLink to={view} />
        </Fact>
        <Fact label="Owner">{owner || 'nobody'}</Fact>
      </dl>
      <Uses title="Used by" uses={usedBy} />
    </div>
  );
}

function AliveFacts({
  alive: { lastMaterialized, ttl, lag, isStale, consumers },
  now,
}: {
  alive: Alive;
  now: number;
}) {
  return (
    <>
      <Fact label="Materialized">
        {lastMaterialized === null ? 'never' : <Age at={lastMaterialized} now={now} />}
      </Fact>
      {lag !== null && (
        <Fact label="Gap until now">
          <span data-stale={isStale}>
            {duration(lag)}
            {ttl !== null && ` of ${duration(ttl)} TTL`}
          </span>
        </Fact>
      )}
      <Fact label="Consumers">{consumers}</Fact>
    </>
  );
}

function Schema({ schema }: { schema: readonly SchemaField[] }) {
  return (
    <section>
      <h3>{counted(schema.length, 'column')}</h3>
      <ul className={styles.schema}>
        {schema.slice(0, SHOWN).map(({ name, type, role }) => (
          <li key={`${role} ${name}`}>
            <code>{name}</code>
            <code className={styles.type}>{type}</code>
          </li>
        ))}
      </ul>
      <More of={schema.length} />
    </section>
  );
}

function Uses({ title, uses }: { title: string; uses: readonly Use[] }) {
  if (uses.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className={styles.uses}>
        {uses.slice(0, SHOWN).map(({ ref, isMissing, how }) => (
          <li key={`${ref.kind} ${ref.project} ${ref.name} ${how}`}>
            <ThingLink to={ref} isMissing={isMissing} isFull />
          </li>
        ))}
      </ul>
      <More of={uses.length} />
    </section>
  );
}

function More({ of: total }: { of: number }) {
  return total > SHOWN ? <p className={styles.more}>and {total - SHOWN} more on its page</p> : null;
}

function Tags({ of: { kind }, tags }: { of: Ref; tags: readonly [string, string][] }) {
  const { collection } = kindInfo(kind);
  if (tags.length === 0 || !collection) return null;
  return (
    <p className={styles.tags}>
      {tags.map((tag) => (
        <TagChip key={tag[0]} tag={tag} collection={collection} />
      ))}
    </p>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
