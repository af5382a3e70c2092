// A feature's page: a column of a view, who reads it, how to read it.
import { Page } from '../../frame/Page.tsx';
import { shortName } from '../../kinds/kinds.ts';
import { ThingLink } from '../../parts/ThingLink.tsx';
import type { FeaturePage, Ref } from '../../registry/api.ts';
import { useSnapshot } from '../../registry/SnapshotContext.ts';
import { useAnswer } from '../../registry/useAnswer.ts';
import { AnsweredThing } from '../AnsweredThing.tsx';
import styles from '../ObjectHeader.module.css';
import { Fact, Owner, Tags } from '../ObjectHeader.tsx';
import { SectionBar } from '../SectionBar.tsx';
import { ThingTools } from '../ThingTools.tsx';
import { vectorInWords } from '../vector.ts';
import { FEATURE_SECTIONS } from './featureSections.ts';

export function FeatureContent({ of: ref }: { of: Ref }) {
  const { now } = useSnapshot();
  const answer = useAnswer('feature', ref, now);
  return (
    <Page title={shortName(ref)} kind="Feature" tools={<ThingTools of={ref} />}>
      <AnsweredThing of={answer} thing={ref}>
        {(page) => (
          <>
            <Header page={page} />
            <SectionBar sections={FEATURE_SECTIONS.filter((section) => section.isShown(page))} of={page} />
          </>
        )}
      </AnsweredThing>
    </Page>
  );
}

function Header({ page: { ref, view, type, description, owner, tags, vector } }: { page: FeaturePage }) {
  return (
    <div className={styles.header}>
      {description === '' ? (
        <p className={styles.none}>No description.</p>
      ) : (
        <p className={styles.description}>{description}</p>
      )}
      <dl className={styles.facts}>
        <Fact label="Kind">feature</Fact>
        <Fact label="Of">
          <ThingLink to={view} />
        </Fact>
        <Fact label="Type">
          <code>{type}</code>
        </Fact>
        {vector && <Fact label="Vector">{vectorInWords(vector)}</Fact>}
        <Owner of={ref} owner={owner} />
      </dl>
      <Tags of={ref} tags={tags} />
    </div>
  );
}
