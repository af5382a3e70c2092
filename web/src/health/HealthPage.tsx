import { Page } from '../frame/Page.tsx';

export function HealthPage() {
  return <Page title="Health">To come.</Page>;
}
