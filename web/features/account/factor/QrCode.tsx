import { encodeQR } from 'qr';
import { useMemo } from 'react';
import styles from '../Account.module.css';

/** Light around it: readers need four modules of it (ISO/IEC 18004). */
const MARGIN = 4;

/** Brings the library along: loaded where a code is shown. */
export default function QrCode({ content, label }: { content: string; label: string }) {
  const { path, size } = useMemo(() => {
    const rows = encodeQR(content, 'raw', { ecc: 'medium', border: MARGIN });
    const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { path: dark.join(''), size: rows.length };
  }, [content]);
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} className={styles.qr}>
      <path d={path} shapeRendering="crispEdges" />
    </svg>
  );
}
