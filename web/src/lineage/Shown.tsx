// What the picture stands for: how much of the registry, around what, and which stacks were opened, to be folded again.
import { X } from 'lucide-react';
import { toggled, writtenList } from '../parts/addressList.ts';
import { count, counted } from '../parts/format.ts';
import { THICKET } from './layout.ts';
import { type LineageSearch, readAround } from './lineageSearch.ts';
import styles from './Shown.module.css';
import { stackName } from './spoken.ts';
import type { PlacedGraph } from './usePlaced.ts';

interface Props {
  search: LineageSearch;
  of: PlacedGraph | undefined;
  onChange: (to: Partial<LineageSearch>) => void;
}

export function Shown({ search, of, onChange }: Props) {
  const around = search.around === undefined ? null : readAround(search.around, '');
  const member = (id: string) => of?.graph.nodes.find(({ parent }) => parent?.startsWith(id));
  return (
    <div className={styles.shown}>
      {around && (
        <Chip
          text={`around ${around.name}`}
          remove="Show the whole project"
          onRemove={() => onChange({ around: undefined, at: undefined, open: undefined })}
        />
      )}
      {writtenList(search.open).map((id) => (
        <Chip
          key={id}
          text={`opened: ${stackName(id, member(id))}`}
          remove={`Fold ${stackName(id, member(id))}`}
          onRemove={() => onChange({ open: toggled(search.open, id) })}
        />
      ))}
      {writtenList(search.features).map((view) => (
        <Chip
          key={view}
          text={`features of ${view}`}
          remove={`Hide the features of ${view}`}
          onRemove={() => onChange({ features: toggled(search.features, view) })}
        />
      ))}
      {of && <p className={styles.words}>{inWords(of)}</p>}
    </div>
  );
}

function Chip({ text, remove, onRemove }: { text: string; remove: string; onRemove: () => void }) {
  return (
    <span className={styles.chip}>
      <span className={styles.text} title={text}>
        {text}
      </span>
      <button type="button" className={styles.remove} aria-label={remove} title={remove} onClick={onRemove}>
        <X size={12} aria-hidden="true" />
      </button>
    </span>
  );
}

function inWords({ graph, placed }: PlacedGraph): string {
  const { nodes, totalNodes, totalEdges, folded } = graph;
  const missing = nodes.filter(({ isMissing }) => isMissing).length;
  const said = [
    folded > 0
      ? `${counted(totalNodes, 'thing')} in ${counted(nodes.length, 'box', 'boxes')}`
      : counted(totalNodes, 'thing'),
    counted(totalEdges, 'use'),
    missing > 0 && `${count(missing)} missing`,
    placed.lines.length > THICKET && 'point at a box to see its lines',
  ];
  return said.filter(Boolean).join(' · ');
}
