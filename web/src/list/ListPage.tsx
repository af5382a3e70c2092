import { Page } from '../frame/Page.tsx';

export function ListPage() {
  return <Page title="List">To come.</Page>;
}
