export { readChoice, writeChoice, type TripChoice } from './choice';
export { holdQuery, placeHold, type Hold, type HoldBody } from './holds';
export { legName, useNames } from './names';
export * from './queries';
export * from './search';
