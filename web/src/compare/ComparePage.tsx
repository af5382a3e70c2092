import { Page } from '../frame/Page.tsx';

export function ComparePage() {
  return <Page title="Compare">To come.</Page>;
}
