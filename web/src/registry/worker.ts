// The worker's side: the registry core behind the API that the pages call.
import { expose } from 'comlink';
import { core } from './core.ts';

expose(core);
