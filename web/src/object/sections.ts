// The sections of an object's page, in their order. Which of them an object has follows from what is
// known of it, not from its kind.
import type { ObjectPage } from '../registry/api.ts';
import { AggregationsSection } from './AggregationsSection.tsx';
import { AppliesSection } from './AppliesSection.tsx';
import { CodeSection } from './CodeSection.tsx';
import { DefinitionSection, DefinitionTools } from './DefinitionSection.tsx';
import { EntitiesSection } from './EntitiesSection.tsx';
import { FactsSection } from './FactsSection.tsx';
import { FindingsSection } from './FindingsSection.tsx';
import { LineageSection } from './LineageSection.tsx';
import { PermissionsSection } from './PermissionsSection.tsx';
import { PolicySection } from './PolicySection.tsx';
import { ProjectionsSection } from './ProjectionsSection.tsx';
import { SchemaSection, SchemaTools } from './SchemaSection.tsx';
import type { SectionInfo } from './SectionInfo.ts';
import { SnippetsSection } from './SnippetsSection.tsx';
import { SourcesSection } from './SourcesSection.tsx';
import { MaterializationSection } from './timeline/MaterializationSection.tsx';
import { UserMetadataSection } from './UserMetadataSection.tsx';
import { UsedBySection, UsesSection } from './UsesSection.tsx';
import { VersionsSection } from './versions/VersionsSection.tsx';

export const SECTIONS: readonly SectionInfo<ObjectPage>[] = [
  {
    id: 'findings',
    title: 'Findings',
    isShown: ({ findings }) => findings.length > 0,
    count: ({ findings }) => findings.length,
    content: FindingsSection,
  },
  {
    id: 'facts',
    title: 'Settings',
    isShown: ({ facts }) => facts.length > 0,
    content: FactsSection,
  },
  {
    id: 'policy',
    title: 'Who may do what',
    isShown: ({ policy }) => policy !== null,
    content: PolicySection,
  },
  {
    id: 'applies',
    title: 'Applies to',
    isShown: ({ applies }) => applies !== null,
    count: ({ applies, appliesTotal }) => appliesTotal ?? applies?.length ?? null,
    content: AppliesSection,
  },
  {
    id: 'schema',
    title: 'Schema',
    isShown: ({ schema }) => schema !== null,
    count: ({ schema }) => schema?.length ?? null,
    tools: SchemaTools,
    content: SchemaSection,
  },
  {
    id: 'projections',
    title: 'Views it takes from',
    isShown: ({ projections }) => projections !== null,
    count: ({ projections }) => projections?.length ?? null,
    content: ProjectionsSection,
  },
  {
    id: 'entities',
    title: 'Entities',
    isShown: ({ entities }) => entities !== null,
    count: ({ entities }) => entities?.length ?? null,
    content: EntitiesSection,
  },
  {
    id: 'sources',
    title: 'Sources',
    isShown: ({ sources }) => sources !== null,
    count: ({ sources }) => sources?.length ?? null,
    content: SourcesSection,
  },
  {
    id: 'aggregations',
    title: 'Aggregations',
    isShown: ({ aggregations }) => aggregations.length > 0,
    count: ({ aggregations }) => aggregations.length,
    content: AggregationsSection,
  },
  {
    id: 'code',
    title: 'Code',
    isShown: ({ code }) => code.length > 0,
    content: CodeSection,
  },
  {
    id: 'materialization',
    title: 'Materialization',
    isShown: ({ materialization }) => materialization !== null,
    count: ({ materialization }) => materialization?.intervals.length ?? null,
    content: MaterializationSection,
  },
  {
    id: 'versions',
    title: 'Versions',
    isShown: ({ version }) => version !== null,
    count: ({ version }) => version?.count ?? null,
    content: VersionsSection,
  },
  {
    id: 'lineage',
    title: 'Lineage',
    isShown: ({ uses, usedBy }) => uses.length + usedBy.length > 0,
    content: LineageSection,
  },
  {
    id: 'uses',
    title: 'Uses',
    isShown: ({ uses }) => uses.length > 0,
    count: ({ usesTotal }) => usesTotal,
    content: UsesSection,
  },
  {
    id: 'used-by',
    title: 'Used by',
    isShown: ({ policy }) => policy === null,
    count: ({ usedByTotal }) => usedByTotal,
    content: UsedBySection,
  },
  {
    id: 'permissions',
    title: 'Permissions',
    isShown: ({ policy }) => policy === null,
    count: ({ permissions }) => permissions.length,
    content: PermissionsSection,
  },
  {
    id: 'user-metadata',
    title: 'User metadata',
    isShown: ({ userMetadata }) => userMetadata !== null,
    content: UserMetadataSection,
  },
  {
    id: 'snippets',
    title: 'How to use it',
    isShown: ({ snippets }) => snippets.length > 0,
    content: SnippetsSection,
  },
  {
    id: 'definition',
    title: 'Definition',
    isShown: () => true,
    tools: DefinitionTools,
    content: DefinitionSection,
  },
];
