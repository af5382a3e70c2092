import { Page } from '../frame/Page.tsx';

export function HomePage() {
  return <Page title="Home">To come.</Page>;
}
