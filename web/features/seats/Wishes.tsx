import { Button, Card, Checkbox, Icon, useNarrow } from '@wayfare/shared/ui';
import { useState } from 'react';
import { useSeatNames } from './names';
import { hasAccessible, wishesOf, type Seats, type Wish } from './seats';
import styles from './Seats.module.css';
import { useText } from './text';
import type { Preferences } from './useSeating';

interface WishesProps {
  seats: Seats;
  cabin: string;
  several: boolean;
  busy: boolean;
  onChoose: (preferences: Preferences) => void;
}

/** "Choose for me", with what one likes. */
export function Wishes({ seats, cabin, several, busy, onChoose }: WishesProps) {
  const text = useText();
  const names = useSeatNames(seats);
  const narrow = useNarrow();
  const [wished, setWished] = useState<readonly Wish[]>([]);
  const [together, setTogether] = useState(true);
  const [accessible, setAccessible] = useState(false);
  const [change, setChange] = useState(false);
  const toggle = (wish: Wish, on: boolean) =>
    setWished(on ? [...wished, wish] : wished.filter((other) => other !== wish));
  return (
    <Card>
      {/* On a phone the plan comes first: who wants to be spared it opens this. */}
      <details className={styles.more} open={!narrow}>
        <summary>
          <Icon name="seat" />
          <h2 className={styles.legendTitle}>{text('seats.wishes')}</h2>
          <Icon name="down" size={18} />
        </summary>
        <div>
          <p className={styles.soft}>{text('seats.wishes.text')}</p>
          <fieldset className={styles.wishes}>
            <legend className="visually-hidden">{text('seats.wishes.legend')}</legend>
            {wishesOf(seats, cabin).map((wish) => (
              <label key={wish} className={styles.wish}>
                <input
                  type="checkbox"
                  className="visually-hidden"
                  checked={wished.includes(wish)}
                  onChange={(event) => toggle(wish, event.target.checked)}
                />
                <span>{names.feature(wish)}</span>
              </label>
            ))}
          </fieldset>
          <div>
            {several && (
              <Checkbox checked={together} onChange={(event) => setTogether(event.target.checked)}>
                {text('seats.wishes.together')}
              </Checkbox>
            )}
            {hasAccessible(seats, cabin) && (
              <Checkbox checked={accessible} onChange={(event) => setAccessible(event.target.checked)}>
                {text('seats.wishes.accessible')}
              </Checkbox>
            )}
            <Checkbox checked={change} onChange={(event) => setChange(event.target.checked)}>
              {text('seats.wishes.change')}
            </Checkbox>
          </div>
          <Button
            wide
            busy={busy}
            onClick={() => onChoose({ features: [...wished], together, accessible, seat_change: change })}
          >
            {text('seats.wishes.do')}
          </Button>
        </div>
      </details>
    </Card>
  );
}
