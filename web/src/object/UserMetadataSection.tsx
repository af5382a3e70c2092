// What users keep with an object in the registry, which Feast does not look into.
import { bytes } from '../parts/format.ts';
import type { ObjectPage } from '../registry/api.ts';
import { Code } from './code/Code.tsx';
import { None } from './None.tsx';

export function UserMetadataSection({ page: { userMetadata } }: { page: ObjectPage }) {
  if (!userMetadata) return null;
  const { text, bytes: size } = userMetadata;
  if (text === null) return <None>{bytes(size)} that are not text.</None>;
  return <Code text={text} language={/^\s*[[{]/.test(text) ? 'json' : 'text'} what="the user metadata" />;
}
