import { cx } from '@wayfare/shared/ui';
import { useId, useState } from 'react';
import { DeckPlan } from './DeckPlan';
import { useLiveSeats } from './live';
import { decksOf } from './plan';
import type { Ride, Seats } from './seats';
import styles from './Seats.module.css';
import { countOf, type Chosen } from './selection';
import { useText } from './text';

export interface VehicleProps {
  ride: Ride;
  seats: Seats;
  chosen: Chosen;
  /** Units that are held for whoever looks. */
  held: readonly string[];
  onPress: (unit: string) => void;
}

type Coach = Seats['coaches'][number];

const freeIn = ({ units }: Coach, cabin: string): number =>
  units.filter((unit) => unit.cabin === cabin && unit.state === 'free').length;

/** Where to look first: at one's own seat, else where all find one, else where most do. */
function firstCoach(coaches: readonly Coach[], cabin: string, chosen: Chosen): string {
  const mine = coaches.find(({ units }) => units.some(({ unit }) => chosen.includes(unit)));
  const roomy = coaches.find((coach) => freeIn(coach, cabin) >= chosen.length);
  const most = [...coaches].sort((one, other) => freeIn(other, cabin) - freeIn(one, cabin))[0];
  return (mine ?? roomy ?? most)?.coach ?? '';
}

/** The coaches of a vehicle, and the plan of the one that is looked at. */
export function Vehicle({ ride, seats, chosen, held, onPress }: VehicleProps) {
  useLiveSeats(ride.leg);
  const text = useText();
  const { cabin } = ride;
  const [label, setLabel] = useState(() => firstCoach(seats.coaches, cabin, chosen));
  const coach = seats.coaches.find((one) => one.coach === label) ?? seats.coaches[0];
  if (!coach) return null;
  const decks = decksOf(coach.units);
  return (
    <section className={styles.vehicle} aria-label={text('seats.map')}>
      {seats.coaches.length > 1 && (
        <Coaches seats={seats} cabin={cabin} chosen={chosen} value={label} onChange={setLabel} />
      )}
      <p className="visually-hidden">{text('seats.keys')}</p>
      {decks.map((deck) => (
        <DeckPlan
          key={`${label}.${deck.deck}`}
          name={decks.length > 1 ? text(deck.deck > 0 ? 'seats.deck.upper' : 'seats.deck.lower') : null}
          coach={label}
          deck={deck}
          seats={seats}
          cabin={cabin}
          chosen={chosen}
          held={held}
          onPress={onPress}
        />
      ))}
    </section>
  );
}

interface CoachesProps {
  seats: Seats;
  cabin: string;
  chosen: Chosen;
  value: string;
  onChange: (coach: string) => void;
}

/** The coaches in their order. Those without seats of the cabin that was bought are there to find one's way. */
function Coaches({ seats, cabin, chosen, value, onChange }: CoachesProps) {
  const text = useText();
  const group = useId();
  return (
    <fieldset className={styles.coaches}>
      <legend className={styles.legendTitle}>{text('seats.coaches')}</legend>
      <div className={styles.train}>
        {seats.coaches.map((coach) => {
          const there = coach.units.some((unit) => unit.cabin === cabin);
          const free = freeIn(coach, cabin);
          const mine = countOf(
            chosen.filter((unit) => unit !== null && coach.units.some((one) => one.unit === unit)),
          );
          return there ? (
            <label
              key={coach.coach}
              className={cx(styles.coach, coach.coach === value && styles.chosenCoach)}
            >
              <input
                type="radio"
                name={group}
                className="visually-hidden"
                checked={coach.coach === value}
                onChange={() => onChange(coach.coach)}
              />
              <span className={styles.coachName}>
                <span className="visually-hidden">{text('seats.coach', { coach: coach.coach })} </span>
                <span aria-hidden>{coach.coach}</span>
                {mine > 0 && <span className={styles.dot} aria-hidden />}
              </span>
              <span className={styles.coachFree}>{text('seats.coach.free', { count: free })}</span>
            </label>
          ) : (
            <span key={coach.coach} className={cx(styles.coach, styles.otherCoach)} aria-hidden>
              <span className={styles.coachName}>{coach.coach}</span>
            </span>
          );
        })}
      </div>
    </fieldset>
  );
}
