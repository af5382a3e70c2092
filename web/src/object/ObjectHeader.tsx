// Who and what an object is: description, tags, and what is booked about it.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAddresses } from '../addresses.ts';
import { kindInfo } from '../kinds/kinds.ts';
import { filterWord } from '../list/filterText.ts';
import { Age } from '../parts/Age.tsx';
import { bytes } from '../parts/format.ts';
import { TagChip } from '../parts/TagChip.tsx';
import type { ObjectPage, Ref } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './ObjectHeader.module.css';

export function ObjectHeader({ page }: { page: ObjectPage }) {
  const { ref, description, owner, tags, created, lastUpdated, version } = page;
  const { now } = useSnapshot();
  return (
    <div className={styles.header}>
      {description === '' ? (
        <p className={styles.none}>No description.</p>
      ) : (
        <p className={styles.description}>{description}</p>
      )}
      <dl className={styles.facts}>
        <Fact label="Kind">{kindInfo(ref.kind).singular}</Fact>
        <Owner of={ref} owner={owner} />
        {created !== null && (
          <Fact label="Created">
            <Age at={created} now={now} />
          </Fact>
        )}
        {lastUpdated !== null && (
          <Fact label="Updated">
            <Age at={lastUpdated} now={now} />
          </Fact>
        )}
        {version && <Version {...version} />}
        {version && !['', 'STATE_UNSPECIFIED'].includes(version.state) && (
          <Fact label="State">
            <span className="mono">{version.state}</span>
          </Fact>
        )}
        <Fact label="Size">{bytes(page.bytes)}</Fact>
      </dl>
      <Tags of={ref} tags={tags} />
    </div>
  );
}

export function Owner({ of: { kind }, owner }: { of: Ref; owner: string }) {
  const at = useAddresses();
  const { collection } = kindInfo(kind);
  return (
    <Fact label="Owner">
      {owner === '' && <span className={styles.none}>nobody</span>}
      {owner !== '' && !collection && owner}
      {owner !== '' && collection && (
        <Link {...at.list(collection, filterWord('owner', owner))} title={`What ${owner} owns`}>
          {owner}
        </Link>
      )}
    </Fact>
  );
}

export function Tags({ of: { kind }, tags }: { of: Ref; tags: [string, string][] }) {
  const { collection } = kindInfo(kind);
  if (tags.length === 0) return null;
  return (
    <ul className={styles.tags} aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag[0]}>
          {collection ? <TagChip tag={tag} collection={collection} /> : <code>{tag.join('=')}</code>}
        </li>
      ))}
    </ul>
  );
}

function Version({ current, declared, count }: NonNullable<ObjectPage['version']>) {
  if (current === null) return null;
  return (
    <Fact label="Version">
      <Link to="." search={(was) => ({ ...was, section: 'versions' })} resetScroll={false}>
        {current}
        {count > 1 && ` of ${count}`}
      </Link>
      {declared !== '' && declared !== 'latest' && <> (pinned: {declared})</>}
    </Fact>
  );
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
