// One list for all kinds: the columns of a collection are data from the core, and so are the rows.
import { Navigate, useParams } from '@tanstack/react-router';
import { useAddresses } from '../addresses.ts';
import { NotFound } from '../frame/NotFound.tsx';
import { Page } from '../frame/Page.tsx';
import { collectionInfo, kindOfSlug } from '../kinds/kinds.ts';
import { Skeleton } from '../parts/Skeleton.tsx';
import { filterWord } from './filterText.ts';
import { ListContent } from './ListContent.tsx';
import { useCollection } from './useCollection.ts';

export function ListPage() {
  const { kind: slug } = useParams({ from: '/$snapshot/$project/$kind' });
  const info = collectionInfo(slug);
  const at = useAddresses();
  const kind = kindOfSlug(slug);
  // `stream-feature-views` is not a list of its own.
  if (!info && kind?.collection) {
    return <Navigate {...at.list(kind.collection, filterWord('kind', kind.kind))} replace />;
  }
  return info ? <Named key={slug} id={info.id} title={info.title} /> : <NotFound />;
}

function Named({ id, title }: { id: Parameters<typeof useCollection>[0]; title: string }) {
  const collection = useCollection(id);
  return (
    <Page title={title} crumb={title.toLowerCase()} isFull>
      {collection ? <ListContent collection={collection} /> : <Skeleton lines={12} />}
    </Page>
  );
}
