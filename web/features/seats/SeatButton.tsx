import { cx, Icon } from '@wayfare/shared/ui';
import type { CSSProperties, KeyboardEventHandler } from 'react';

import styles from './Deck.module.css';
import type { SeatNames } from './names';
import { isBerth } from './plan';
import type { Unit } from './seats';
import { Accessible, Berth } from './Signs';
import { useText } from './text';

interface SeatButtonProps {
  unit: Unit;
  names: SeatNames;
  coach: string;
  sleeper: boolean;
  /** At which side of the vehicle it is. */
  side: 'start' | 'end' | null;
  style: CSSProperties;
  /** Of another cabin than the one that was bought. */
  other: boolean;
  /** The passenger who has it; null: nobody here. */
  owner: number | null;
  /** More than one passenger travels. */
  several: boolean;
  held: boolean;
  /** Where the focus is, or comes in. */
  current: boolean;
  onKeyDown: KeyboardEventHandler<HTMLButtonElement>;
  onFocus: () => void;
  onPress: () => void;
}

/** One seat or berth. Those that cannot be had can still be read out, so that the plan is the same for everybody. */
export function SeatButton(props: SeatButtonProps) {
  const { unit, names, coach, sleeper, side, other, owner, several, held, current, onPress, ...rest } = props;
  const text = useText();
  const mine = owner !== null;
  const state = mine ? (held ? 'held' : 'mine') : other ? 'other' : held ? 'free' : unit.state;
  const open = mine || (!other && (unit.state === 'free' || held));
  const name = names.join([names.seat(unit, coach), ...names.features(unit), text(`seats.state.${state}`)]);
  const has = (feature: string) => unit.features.includes(feature);
  return (
    <button
      {...rest}
      type="button"
      data-unit={unit.unit}
      data-state={state}
      title={name}
      aria-label={name}
      aria-pressed={mine}
      aria-disabled={!open || undefined}
      tabIndex={current ? 0 : -1}
      className={cx(
        styles.seat,
        styles[state],
        isBerth(unit, sleeper) && styles.berth,
        has('window') && side && styles[`window-${side}`],
      )}
      onClick={open ? onPress : undefined}
    >
      <span>{/[A-Z]$/.test(unit.label) ? unit.label.slice(-1) : unit.label}</span>
      {isBerth(unit, sleeper) && <Berth features={unit.features} />}
      {owner !== null && several && <span className={styles.owner} data-passenger={owner + 1} />}
      {has('accessible') && <Accessible />}
      {has('extra_legroom') && <span className={styles.legroom} />}
      {state === 'held' && <Icon name="lock" size={12} className={styles.lock} />}
    </button>
  );
}
