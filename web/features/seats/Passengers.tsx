import { useNames, type Category } from '@wayfare/shared/trips';
import { Card, cx } from '@wayfare/shared/ui';
import { useId } from 'react';
import { useSeatNames } from './names';
import { findUnit, type Seats } from './seats';
import styles from './Seats.module.css';
import type { Chosen } from './selection';
import { useText } from './text';

interface PassengersProps {
  categories: readonly Category[];
  chosen: Chosen;
  seats: Seats;
  active: number;
  onActivate: (passenger: number) => void;
}

/** Everybody with their seat; the one marked gets the seat that is pressed next. */
export function Passengers({ categories, chosen, seats, active, onActivate }: PassengersProps) {
  const text = useText();
  const names = useNames();
  const seatNames = useSeatNames(seats);
  const group = useId();
  return (
    <Card className={styles.card}>
      <fieldset className={styles.passengers}>
        <legend className={styles.legendTitle}>{text('seats.passengers')}</legend>
        {chosen.map((mine, passenger) => {
          const unit = mine === null ? undefined : findUnit(seats, mine);
          return (
            <label key={passenger} className={cx(styles.passenger, passenger === active && styles.active)}>
              <input
                type="radio"
                name={group}
                className="visually-hidden"
                checked={passenger === active}
                onChange={() => onActivate(passenger)}
              />
              <span className={styles.number} aria-hidden>
                {passenger + 1}
              </span>
              <span className={styles.passengerWords}>
                <span>{names.passenger(categories[passenger] ?? 'adult', passenger + 1)}</span>
                <span className={styles.soft}>
                  {unit
                    ? seatNames.join([seatNames.seat(unit), ...seatNames.features(unit)])
                    : text('seats.passenger.none')}
                </span>
              </span>
            </label>
          );
        })}
      </fieldset>
    </Card>
  );
}
