// The sections of a feature's page, in their order.
import type { FeaturePage } from '../../registry/api.ts';
import { FindingsSection } from '../FindingsSection.tsx';
import type { SectionInfo } from '../SectionInfo.ts';
import { SnippetsSection } from '../SnippetsSection.tsx';
import { UsedBySection } from '../UsesSection.tsx';
import { NamesakesSection } from './NamesakesSection.tsx';

export const FEATURE_SECTIONS: readonly SectionInfo<FeaturePage>[] = [
  {
    id: 'findings',
    title: 'Findings',
    isShown: ({ findings }) => findings.length > 0,
    count: ({ findings }) => findings.length,
    content: FindingsSection,
  },
  {
    id: 'used-by',
    title: 'Used by',
    isShown: () => true,
    count: ({ usedBy }) => usedBy.length,
    content: UsedBySection,
  },
  {
    id: 'namesakes',
    title: 'Same name elsewhere',
    isShown: ({ alsoNamed }) => alsoNamed.length > 0,
    count: ({ alsoNamed }) => alsoNamed.length,
    content: NamesakesSection,
  },
  {
    id: 'snippets',
    title: 'How to use it',
    isShown: ({ snippets }) => snippets.length > 0,
    content: SnippetsSection,
  },
];
