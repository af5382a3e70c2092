import { Page } from '../frame/Page.tsx';

export function LineagePage() {
  return <Page title="Lineage">To come.</Page>;
}
