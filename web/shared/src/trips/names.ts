import { useSharedText, type SharedKey } from '../i18n';
import type { Leg } from './queries';
import type { Category } from './search';

const KNOWN: Record<string, SharedKey> = {
  'cabin.first': 'cabin.first',
  'cabin.second': 'cabin.second',
  'cabin.business': 'cabin.business',
  'cabin.economy': 'cabin.economy',
  'cabin.standard': 'cabin.standard',
  'family.saver': 'family.saver',
  'family.flex': 'family.flex',
};

/** Names of cabins and fare families in the present language where they are common ones; else as the carrier says. */
export function useNames() {
  const text = useSharedText();
  const named = (kind: string, code: string, name: string) => {
    const key = KNOWN[`${kind}.${code}`];
    return key ? text(key) : name;
  };
  return {
    /** Of a trip whose legs have different cabins: "second + standard", "Second + Standard". */
    cabin: (code: string, name: string) => {
      const [codes, names] = [code.split(' + '), name.split(' + ')];
      if (codes.length !== names.length) return name;
      return codes.map((part, number) => named('cabin', part, names[number] ?? part)).join(' + ');
    },
    /** "Coach 3, seat 45"; of a vehicle without coaches the seat alone, of a cabin without numbers that there is none. */
    seat: ({ coach, label }: { coach: string; label: string }) =>
      !label
        ? text('seat.free')
        : coach
          ? text('seat.coach', { coach, label })
          : text('seat.plain', { label }),
    /** "Passenger 2 (child)". */
    passenger: (category: Category, number: number) =>
      text('person.passenger', { number, category: text(`person.${category}`) }),
    family: (code: string, name: string) => named('family', code, name),
  };
}

/** What stands on the vehicle or the board: the line with its number, of a flight the number alone. */
export function legName({
  mode,
  line,
  service_number: number,
}: Pick<Leg, 'mode' | 'line' | 'service_number'>): string {
  if (mode === 'air' || !line.name || number.startsWith(line.name)) return number || line.name;
  return number ? `${line.name} ${number}` : line.name;
}
