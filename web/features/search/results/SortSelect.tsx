import { Icon } from '@wayfare/shared/ui';
import { useText } from '../text';
import { SORTS, type Sort } from './filters';
import styles from './Results.module.css';

export function SortSelect({ value, onChange }: { value: Sort; onChange: (sort: Sort) => void }) {
  const text = useText();
  return (
    <label className={styles.sort}>
      <Icon name="sort" size={18} />
      <span className="visually-hidden">{text('results.sort')}</span>
      <select
        value={value}
        onChange={(event) => onChange(SORTS.find((sort) => sort === event.target.value) ?? 'departure')}
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {text(`results.sort.${sort}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
