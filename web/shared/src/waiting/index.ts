export { useWait, type Wait } from './room';
