import type { SVGProps } from 'react';

/** Drawn on a grid of 24 with strokes of 1.75. */
const PATHS = {
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.9-4.9',
  ticket:
    'M4 8a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v2a2 2 0 0 0 0 4v2a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-2a2 2 0 0 0 0-4ZM14 6v2m0 3v2m0 3v2',
  person: 'M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5',
  people:
    'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM3.5 19c.4-3 2.6-4.7 5.5-4.7s5.1 1.7 5.5 4.7M15.5 5.3a3 3 0 0 1 0 5.5M17 14.6c2 .6 3.2 2.2 3.5 4.4',
  swap: 'M8 20V5m0 0L4.5 8.5M8 5l3.5 3.5M16 4v15m0 0 3.5-3.5M16 19l-3.5-3.5',
  calendar:
    'M6 5.5h12a2 2 0 0 1 2 2V18a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7.5a2 2 0 0 1 2-2ZM4 10h16M8.5 3.5v4m7-4v4',
  pin: 'M12 21s-6.5-5.7-6.5-11a6.5 6.5 0 0 1 13 0c0 5.3-6.5 11-6.5 11Zm0-8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  target:
    'M12 19a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm0-4.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM12 2.5V5m0 14v2.5M2.5 12H5m14 0h2.5',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7v5l3.3 2',
  rail: 'M8 3.5h8a2.5 2.5 0 0 1 2.5 2.5v8.5A2.5 2.5 0 0 1 16 17H8a2.5 2.5 0 0 1-2.5-2.5V6A2.5 2.5 0 0 1 8 3.5ZM5.5 11h13M12 3.5V11M8.5 14h.01M15.5 14h.01M8.5 17 6 20.5M15.5 17l2.5 3.5',
  coach:
    'M6.5 4h11A2.5 2.5 0 0 1 20 6.5V17H4V6.5A2.5 2.5 0 0 1 6.5 4ZM4 11.5h16M7.5 14.3h.01M16.5 14.3h.01M6.5 17v2.5m11-2.5v2.5',
  air: 'M3.5 13.5 20.5 4l-4 16-4.8-6.2ZM11.7 13.8 20.5 4M11.7 13.8V20l2.7-2.8',
  ferry:
    'M4 13.5 12 11l8 2.5-2 5.5H6ZM7 12.5V8h10v4.5M10 8V5h4v3M3.5 21c1.5 0 1.5-1 3-1s1.5 1 3 1 1.5-1 3-1 1.5 1 3 1 1.5-1 3-1 1.5 1 2.5 1',
  walk: 'M13 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM10 21l2-6-2.5-2.5L11 8l3 .5 1.5 3 3 1M11 8l-3.5 2L7 13.5M12 15l3 2 1 4',
  change: 'M4 8h13m0 0-3.5-3.5M17 8l-3.5 3.5M20 16H7m0 0 3.5-3.5M7 16l3.5 3.5',
  seat: 'M7 4.5v7.5a2 2 0 0 0 2 2h6a2 2 0 0 1 2 2v4M7 17h10M7 14v6.5',
  map: 'm4 6.5 5-2 6 2.5 5-2v12.500l-5 2-6-2.5-5 2ZM9 4.500V17M15 7v12.5',
  check: 'm5 12.5 4.5 4.500L19 7.5',
  close: 'm6 6 12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  chevron: 'm9 5.5 6.5 6.500L9 18.5',
  down: 'm5.5 9 6.5 6.500L18.5 9',
  back: 'M19 12H5m0 0 6-6m-6 6 6 6',
  filter:
    'M4 7h9m4 0h3M4 17h3m4 0h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  sort: 'M7 5v14m0 0-3-3m3 3 3-3M13 6h7m-7 5h5m-5 5h3',
  info: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11v5m0-8.5h.01',
  warning: 'M12 4 2.8 19.5h18.4ZM12 10v4.5m0 2.5h.01',
  offline:
    'M3 4l18 16M5 10.5a10.5 10.5 0 0 1 4-2.3m4-.6a10.5 10.5 0 0 1 6.5 3M8 14a6 6 0 0 1 3.5-1.5M12 18h.01',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2m0 15v2M2.5 12h2m15 0h2M5.3 5.3l1.4 1.4m10.6 10.6 1.4 1.4m0-13.4-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  contrast:
    'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 3.5v17M12 7l5-1.5M12 11l8-2M12 15l8-2M12 19l6-1.5',
  globe:
    'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM3.5 12h17M12 3.5c2.6 2.4 3.7 5.2 3.7 8.5s-1.1 6.1-3.7 8.5c-2.6-2.4-3.7-5.2-3.7-8.5s1.1-6.1 3.7-8.5Z',
  refund: 'M4 12a8 8 0 1 0 2.6-5.9L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.7',
  pen: 'M4.5 19.5 5.5 15 16 4.5a2.1 2.1 0 0 1 3 3L8.5 18ZM14 6.5l3 3',
  card: 'M5 6h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2ZM3 10.5h18M6.5 14.5h4',
  lock: 'M7 11h10a1.5 1.5 0 0 1 1.5 1.5V19a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19v-6.5A1.5 1.5 0 0 1 7 11ZM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  download: 'M12 4v11m0 0-4.5-4.5M12 15l4.5-4.5M4.5 19.5h15',
  out: 'M14 4.5h4A1.5 1.5 0 0 1 19.5 6v12a1.5 1.5 0 0 1-1.5 1.5h-4M4 12h10.5m0 0-4-4m4 4-4 4',
  settings:
    'M4 7h4m4 0h8M10 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM4 17h9m4 0h3M15 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
} as const;

export type IconName = keyof typeof PATHS;

/** Pictures that point along the way of reading are mirrored where that goes from right to left. */
const MIRRORED = new Set<IconName>(['chevron', 'back', 'walk', 'out', 'coach', 'air', 'seat']);

export interface IconProps extends SVGProps<SVGSVGElement> {
  name: IconName;
  size?: number;
}

/** A picture beside a text; never the only name of something. */
export function Icon({ name, size = 20, className = '', ...rest }: IconProps) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      className={MIRRORED.has(name) ? `mirrored ${className}` : className}
      {...rest}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
