export { footprintOf } from './application/footprint.ts';
