export { readChoice, writeChoice, type TripChoice } from './choice';
export { legName, useNames } from './names';
export * from './queries';
export * from './search';
