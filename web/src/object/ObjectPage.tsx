import { Page } from '../frame/Page.tsx';

export function ObjectPage() {
  return <Page title="Object">To come.</Page>;
}
