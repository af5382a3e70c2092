import { Page } from '../frame/Page.tsx';

export function SearchPage() {
  return <Page title="Search">To come.</Page>;
}
