import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useFormat } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import type { PlaceMatch } from '@wayfare/shared/trips';
import { Icon, ProblemNotice, type IconName } from '@wayfare/shared/ui';
import { Popup } from '@wayfare/shared/ui/Overlay';
import { useDeferredValue, useState, type RefObject } from 'react';
import {
  Autocomplete,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  SearchField,
  type Key,
} from 'react-aria-components';
import { useText } from '../text';
import styles from './PlacePicker.module.css';
import { nearbyQuery, recentPlaces, suggestionsQuery, type ChosenPlace, type Position } from './places';

interface PlacePickerProps {
  title: string;
  anchor: RefObject<HTMLElement | null>;
  typed: string;
  onType: (text: string) => void;
  onChoose: (place: ChosenPlace) => void;
  onClose: () => void;
}

const LOCATE = 'locate';

/** Places by name in any script, with slips forgiven; recent ones and those nearby while nothing is typed. */
export default function PlacePicker({ title, anchor, typed, onType, onChoose, onClose }: PlacePickerProps) {
  const text = useText();
  const q = useDeferredValue(typed.trim());
  const found = useQuery({ ...suggestionsQuery(q), placeholderData: keepPreviousData });
  const { at, state, locate } = usePosition();
  const nearby = useQuery(nearbyQuery(at));
  const [recent] = useState(recentPlaces);

  const suggested = q ? (found.data ?? []) : [];
  const near = q ? [] : (nearby.data ?? []);
  const choose = (key: Key) => {
    if (key === LOCATE) {
      locate();
      return;
    }
    const id = String(key).replace(/^\w+\|/, '');
    const place = [...suggested, ...near, ...recent].find((item) => item.id === id);
    if (place) onChoose({ id: place.id, name: place.name });
  };
  const first = suggested[0];

  return (
    <Popup title={title} anchor={anchor} open onClose={onClose} tall className={styles.popup}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (first) choose(`found|${first.id}`);
        }}
      >
        <Autocomplete inputValue={typed} onInputChange={onType} disableAutoFocusFirst>
          <SearchField aria-label={title} autoFocus className={styles.search} maxLength={200}>
            <Icon name="search" />
            <Input placeholder={text('search.place.type')} className={styles.input} />
          </SearchField>
          <ListBox
            aria-label={text('search.place.suggestions')}
            className={styles.list}
            onAction={choose}
            renderEmptyState={() => <Nothing q={q} waiting={found.isFetching} />}
          >
            {suggested.map((place) => (
              <PlaceItem key={place.id} of="found" place={place} />
            ))}
            {!q && state !== 'denied' && near.length === 0 && (
              <ListBoxItem id={LOCATE} textValue={text('search.place.nearby')} className={styles.item}>
                <Icon name="target" />
                <span>{text(state === 'asking' ? 'search.place.locating' : 'search.place.nearby')}</span>
              </ListBoxItem>
            )}
            {near.length > 0 && (
              <ListBoxSection>
                <Header className={styles.heading}>{text('search.place.near')}</Header>
                {near.map((place) => (
                  <PlaceItem key={place.id} of="near" place={place} />
                ))}
              </ListBoxSection>
            )}
            {!q && recent.length > 0 && (
              <ListBoxSection>
                <Header className={styles.heading}>{text('search.place.recent')}</Header>
                {recent.map((place) => (
                  <PlaceItem key={place.id} of="recent" place={place} icon="clock" />
                ))}
              </ListBoxSection>
            )}
          </ListBox>
        </Autocomplete>
      </form>
      {state === 'denied' && <p className={styles.note}>{text('search.place.denied')}</p>}
      {q && found.error && <ProblemNotice error={found.error} retry={() => void found.refetch()} />}
    </Popup>
  );
}

interface PlaceItemProps {
  of: string;
  place: ChosenPlace & Partial<PlaceMatch>;
  icon?: IconName;
}

function PlaceItem({ of, place, icon }: PlaceItemProps) {
  const shared = useSharedText();
  const format = useFormat();
  return (
    <ListBoxItem id={`${of}|${place.id}`} textValue={place.name} className={styles.item}>
      <Icon name={icon ?? 'pin'} />
      <span className={styles.name}>
        {place.name}
        {place.code && <span className={styles.code}>{place.code}</span>}
      </span>
      <span className={styles.modes}>
        {typeof place.distance_m === 'number' && <span>{format.distance(place.distance_m)}</span>}
        {place.modes?.map((mode) => (
          <span key={mode} title={shared(`mode.${mode as 'rail'}`)}>
            <Icon name={mode as IconName} size={18} />
            <span className="visually-hidden">{shared(`mode.${mode as 'rail'}`)}</span>
          </span>
        ))}
      </span>
    </ListBoxItem>
  );
}

function Nothing({ q, waiting }: { q: string; waiting: boolean }) {
  const text = useText();
  const shared = useSharedText();
  return (
    <p className={styles.note}>{waiting || !q ? shared('ui.loading') : text('search.place.none', { q })}</p>
  );
}

/** Where the visitor is, once they ask for it. */
function usePosition() {
  const [at, setAt] = useState<Position | null>(null);
  const [state, setState] = useState<'idle' | 'asking' | 'known' | 'denied'>('idle');
  const locate = () => {
    setState('asking');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setAt({ lat: coords.latitude, lon: coords.longitude });
        setState('known');
      },
      () => setState('denied'),
      { maximumAge: 5 * 60_000, timeout: 10_000 },
    );
  };
  return { at, state, locate };
}
