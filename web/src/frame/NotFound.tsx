// An address that leads nowhere.
import { Link } from '@tanstack/react-router';
import { Message } from '../parts/Message.tsx';

export function NotFound() {
  return (
    <Message title="There is no such page" isAlone>
      The address may be cut short, or it is of another version of the viewer.{' '}
      <Link to="/">Open a snapshot</Link> to start from there.
    </Message>
  );
}
