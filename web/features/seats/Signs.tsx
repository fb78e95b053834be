import styles from './Deck.module.css';

const TIERS = { lower: 2, middle: 1, upper: 0 } as const;

/** Which of the berths above each other it is: bars from top to bottom, its own filled. */
export function Berth({ features }: { features: readonly string[] }) {
  const side = features.some((feature) => feature.startsWith('side_'));
  const tier = features.map((feature) => feature.replace('side_', '')).find((name) => name in TIERS);
  const own = TIERS[(tier ?? 'lower') as keyof typeof TIERS];
  const bars = side ? [0, 2] : [0, 1, 2];
  return (
    <svg viewBox="0 0 16 12" width={16} height={12} aria-hidden className={styles.tiers}>
      {bars.map((bar) => (
        <rect
          key={bar}
          x={1}
          y={bar * 4 + 0.75}
          width={14}
          height={2.5}
          rx={1}
          className={bar === own ? styles.tierOwn : styles.tier}
        />
      ))}
    </svg>
  );
}

/** A wheelchair. */
export function Accessible() {
  return (
    <svg viewBox="0 0 16 16" width={14} height={14} aria-hidden className={styles.accessible}>
      <circle cx={6.5} cy={2} r={1.5} />
      <path d="M6.500 4.500v5h4.500l2 4M6.500 6.500h3.500M4.800 7.600a3.800 3.800 0 1 0 5.600 4.700" />
    </svg>
  );
}
