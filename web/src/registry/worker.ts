// The worker's side: the registry core behind the API that the pages call.
import { expose } from 'comlink';
import { fake } from './fake.ts';

expose(fake);
