import styles from './Logo.module.css';

/** A way with its stops, in the shape of a W. */
export function Logo() {
  return (
    <span className={styles.logo}>
      <svg viewBox="0 0 32 32" width={30} height={30} aria-hidden fill="none">
        <path
          d="M5 9.5 10.5 23 16 12.5 21.5 23 27 9.5"
          stroke="currentColor"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <circle cx="5" cy="8.5" r="3.4" className={styles.stop} stroke="currentColor" strokeWidth="2.4" />
        <circle cx="27" cy="8.5" r="3.4" fill="currentColor" />
      </svg>
      <span>Wayfare</span>
    </span>
  );
}
