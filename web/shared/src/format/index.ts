export type { DayStyle, Money } from './formats';
export * from './moments';
export { useFormat } from './useFormat';
