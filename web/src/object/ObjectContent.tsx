// An object's page: its heading, the strip "is it alive?", and the sections that it has.
import { Page } from '../frame/Page.tsx';
import type { Ref } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { useAnswer } from '../registry/useAnswer.ts';
import { AliveStrip } from './AliveStrip.tsx';
import { AnsweredThing } from './AnsweredThing.tsx';
import { DamagedObject } from './DamagedObject.tsx';
import { ObjectHeader } from './ObjectHeader.tsx';
import { SectionBar } from './SectionBar.tsx';
import { SECTIONS } from './sections.ts';
import { ThingTools } from './ThingTools.tsx';

export function ObjectContent({ of: ref }: { of: Ref }) {
  const { now } = useSnapshot();
  const answer = useAnswer('object', ref, now);
  return (
    <Page title={ref.name} kind={ref.kind} tools={<ThingTools of={ref} />}>
      <AnsweredThing of={answer} thing={ref}>
        {(page) =>
          page.damage ? (
            <DamagedObject page={page} damage={page.damage} />
          ) : (
            <>
              <ObjectHeader page={page} />
              {page.alive && <AliveStrip alive={page.alive} isMaterialized={page.materialization !== null} />}
              <SectionBar sections={SECTIONS.filter((section) => section.isShown(page))} of={page} />
            </>
          )
        }
      </AnsweredThing>
    </Page>
  );
}
