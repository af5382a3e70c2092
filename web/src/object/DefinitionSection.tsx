// The definition as Feast's Python, or as it is stored, in JSON or YAML.
import { Download } from 'lucide-react';
import { Answered } from '../parts/Answered.tsx';
import { downloadText } from '../parts/downloadText.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { ObjectPage } from '../registry/api.ts';
import { useAnswer } from '../registry/useAnswer.ts';
import { Choice } from './Choice.tsx';
import { Code } from './code/Code.tsx';
import { None } from './None.tsx';
import type { DefinitionFormat } from './objectSearch.ts';
import { useObjectSearch } from './useObjectSearch.ts';

const FORMATS: readonly { value: DefinitionFormat; label: string; extension: string }[] = [
  { value: 'python', label: 'Python', extension: 'py' },
  { value: 'json', label: 'JSON', extension: 'json' },
  { value: 'yaml', label: 'YAML', extension: 'yaml' },
];

export function DefinitionSection({ page }: { page: ObjectPage }) {
  const [{ format = 'python' }] = useObjectSearch();
  const answer = useDefinition(page);
  return (
    <Answered of={answer} skeleton={<Skeleton lines={8} />}>
      {(text) =>
        text === '' ? (
          <None>It cannot be written in this form. Choose another.</None>
        ) : (
          <Code text={text} language={format} what="the definition" />
        )
      }
    </Answered>
  );
}

export function DefinitionTools({ page }: { page: ObjectPage }) {
  const [{ format = 'python', version }, change] = useObjectSearch();
  const answer = useDefinition(page);
  const save = () => {
    const extension = FORMATS.find(({ value }) => value === format)?.extension;
    if (answer.state === 'ready') downloadText(`${page.ref.name}.${extension}`, answer.value);
  };
  return (
    <>
      {version !== undefined && (
        <button type="button" onClick={() => change({ version: undefined })}>
          Version {version} · show the current one
        </button>
      )}
      <Choice label="Form" options={FORMATS} value={format} onChange={(format) => change({ format })} />
      <IconButton
        label="Download the definition"
        icon={Download}
        onClick={save}
        disabled={answer.state !== 'ready'}
      />
    </>
  );
}

function useDefinition({ ref }: ObjectPage) {
  const [{ format = 'python', version }] = useObjectSearch();
  return useAnswer('definition', ref, format, version ?? null);
}
