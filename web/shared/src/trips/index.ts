export { readChoice, writeChoice, type TripChoice } from './choice';
export * from './queries';
export * from './search';
