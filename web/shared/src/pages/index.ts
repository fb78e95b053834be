export { Link, useGo, useHere, usePathPart, useQueryState, type LinkProps } from './Link';
export { links, type Target } from './links';
export type { Feature, Page } from './page';
export { readQuery, writeQuery } from './query';
