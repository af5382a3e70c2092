// Beside a thing's name: its neighbours in the list that one came from, and its lineage.
import { Link } from '@tanstack/react-router';
import { Waypoints } from 'lucide-react';
import { useAddresses } from '../addresses.ts';
import { writeAround } from '../lineage/lineageSearch.ts';
import type { Ref } from '../registry/api.ts';
import { Neighbours } from './Neighbours.tsx';
import styles from './ThingTools.module.css';

export function ThingTools({ of: ref }: { of: Ref }) {
  const at = useAddresses();
  return (
    <>
      <Link {...at.lineage()} search={{ around: writeAround(ref) }} className={styles.lineage}>
        <Waypoints size={14} aria-hidden="true" />
        Lineage
      </Link>
      <Neighbours of={ref} />
    </>
  );
}
