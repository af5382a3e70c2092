// An object that cannot be decoded: what is known of it, and its bytes.
import { CodeText } from '../parts/CodeText.tsx';
import { bytes, counted } from '../parts/format.ts';
import { Message } from '../parts/Message.tsx';
import type { ObjectPage } from '../registry/api.ts';
import { Code } from './code/Code.tsx';
import { Section } from './Section.tsx';

const DUMPED = 512;

export function DamagedObject({
  page,
  damage,
}: {
  page: ObjectPage;
  damage: { message: string; hex: string };
}) {
  return (
    <>
      <Message title="This object cannot be decoded" tone="error">
        <p>
          What is wrong: <CodeText>{damage.message}</CodeText> ({counted(page.bytes, 'byte')}).
        </p>
        <p>
          Apply its definition again to replace it, or delete it. The rest of the snapshot is shown as usual.
        </p>
      </Message>
      <Section
        id="bytes"
        title={page.bytes > DUMPED ? `Its first ${DUMPED} of ${bytes(page.bytes)}` : 'Its bytes'}
      >
        <Code text={damage.hex} language="text" what="the hex dump" />
      </Section>
    </>
  );
}
