import { useSharedText } from '@wayfare/shared/i18n';
import { useNames, type Offer, type Trip } from '@wayfare/shared/trips';
import { Badge, Choice, cx, Price } from '@wayfare/shared/ui';
import { useId } from 'react';
import { Conditions } from './Conditions';
import styles from './Fares.module.css';
import { useText } from './text';

/** Seats left are told when they are few. */
const FEW = 9;

interface FaresProps {
  trip: Trip;
  chosen: Offer | undefined;
  onChoose: (offer: Offer) => void;
}

/** Cabins, and in the one chosen its fare families side by side. */
export function Fares({ trip, chosen, onChoose }: FaresProps) {
  const text = useText();
  const names = useNames();
  const group = useId();
  const cabins = [...new Map(trip.offers.map((offer) => [offer.cabin, offer])).values()];
  const cabin = chosen?.cabin ?? cabins[0]?.cabin ?? '';
  const families = trip.offers.filter((offer) => offer.cabin === cabin);

  const chooseCabin = (code: string) => {
    const offers = trip.offers.filter((offer) => offer.cabin === code);
    const next = offers.find((offer) => offer.fare_family === chosen?.fare_family) ?? offers[0];
    if (next) onChoose(next);
  };

  return (
    <section className={styles.fares} aria-labelledby={`${group}-title`}>
      <h2 id={`${group}-title`}>{text('trip.fares')}</h2>
      {cabins.length > 1 && (
        <Choice
          label={text('trip.cabin')}
          hideLabel
          value={cabin}
          onChange={chooseCabin}
          options={cabins.map(({ cabin: value, cabin_name: name }) => ({
            value,
            label: names.cabin(value, name),
          }))}
        />
      )}
      <fieldset className={styles.families}>
        <legend className="visually-hidden">{text('trip.family')}</legend>
        {families.map((offer) => (
          <Family
            key={offer.fare_family}
            group={group}
            offer={offer}
            checked={offer === chosen}
            onChoose={() => onChoose(offer)}
          />
        ))}
      </fieldset>
    </section>
  );
}

interface FamilyProps {
  group: string;
  offer: Offer;
  checked: boolean;
  onChoose: () => void;
}

function Family({ group, offer, checked, onChoose }: FamilyProps) {
  const text = useText();
  const shared = useSharedText();
  const names = useNames();
  const id = useId();
  const soldOut = offer.offer_id === null;
  return (
    <div className={cx(styles.family, checked && styles.checked, soldOut && styles.soldOut)}>
      <label className={styles.head}>
        <input
          type="radio"
          name={group}
          checked={checked}
          disabled={soldOut}
          onChange={onChoose}
          aria-describedby={id}
        />
        <span className={styles.name}>{names.family(offer.fare_family, offer.fare_family_name)}</span>
        <Price value={offer.price} size="large" />
      </label>
      <div id={id} className={styles.body}>
        {offer.passengers.length > 1 && (
          <p className={styles.all}>{text('trip.all', { count: offer.passengers.length })}</p>
        )}
        <Conditions offer={offer} />
        <p className={styles.seats}>
          {soldOut ? (
            <Badge tone="danger">{text('trip.soldout', { count: offer.seats_left ?? 0 })}</Badge>
          ) : offer.seats_left === null ? (
            <Badge>{text('trip.unknown')}</Badge>
          ) : (
            offer.seats_left <= FEW && (
              <Badge tone="warning" icon="seat">
                {shared('seat.left', { count: offer.seats_left })}
              </Badge>
            )
          )}
        </p>
      </div>
    </div>
  );
}
