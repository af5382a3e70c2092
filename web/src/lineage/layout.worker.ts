// Lays out graphs beside the page, so that it stays responsive.
import { expose } from 'comlink';
import { layout } from './layout.ts';

expose({ layout });
