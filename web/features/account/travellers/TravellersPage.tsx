import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { useSharedText } from '@wayfare/shared/i18n';
import {
  Button,
  Card,
  Empty,
  IconButton,
  problemText,
  ProblemNotice,
  Skeleton,
  toast,
} from '@wayfare/shared/ui';
import { lazy, Suspense, useState } from 'react';
import styles from '../Account.module.css';
import { Frame } from '../Frame';
import { travellersQuery, type Traveller } from '../queries';
import { useText } from '../text';
import { useDate } from '../useLocalTime';

const TravellerSheet = lazy(() => import('./TravellerSheet'));
const DeleteDialog = lazy(() => import('./DeleteDialog'));

/** The people somebody travels with, to fill in the passengers of a booking. */
export default function TravellersPage() {
  const text = useText();
  return (
    <Frame title={text('account.travellers')}>
      <Travellers />
    </Frame>
  );
}

function Travellers() {
  const text = useText();
  const { data, error, refetch } = useQuery(travellersQuery);
  const [edited, setEdited] = useState<Traveller | 'new' | null>(null);
  const [removed, setRemoved] = useState<Traveller | null>(null);
  const remove = useRemove(() => setRemoved(null));
  if (!data)
    return error ? (
      <ProblemNotice error={error} retry={() => void refetch()} />
    ) : (
      <Skeleton className={styles.ghost} />
    );
  return (
    <>
      <p className={styles.soft}>{text('account.travellers.lead')}</p>
      {data.length === 0 ? (
        <Card>
          <Empty icon="people" title={text('account.travellers.none')} />
        </Card>
      ) : (
        <ul className={styles.cards}>
          {data.map((traveller) => (
            <li key={traveller.traveller_id}>
              <TravellerCard
                traveller={traveller}
                onEdit={() => setEdited(traveller)}
                onRemove={() => setRemoved(traveller)}
              />
            </li>
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        <Button variant="primary" icon="plus" onClick={() => setEdited('new')}>
          {text('account.travellers.add')}
        </Button>
      </div>
      <Suspense>
        {edited && (
          <TravellerSheet traveller={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
        )}
        {removed && (
          <DeleteDialog
            name={nameOf(removed)}
            busy={remove.isPending}
            onDelete={() => remove.mutate(removed.traveller_id)}
            onClose={() => setRemoved(null)}
          />
        )}
      </Suspense>
    </>
  );
}

function useRemove(done: () => void) {
  const shared = useSharedText();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE('/v1/me/travellers/{traveller_id}', { params: { path: { traveller_id: id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: travellersQuery.queryKey });
      done();
    },
    onError: (error) => toast(problemText(error, shared), { tone: 'danger' }),
  });
}

const nameOf = ({ given_name: given, family_name: family }: Traveller) => `${given} ${family}`;

interface TravellerCardProps {
  traveller: Traveller;
  onEdit: () => void;
  onRemove: () => void;
}

function TravellerCard({ traveller, onEdit, onRemove }: TravellerCardProps) {
  const text = useText();
  const shared = useSharedText();
  const date = useDate();
  const name = nameOf(traveller);
  const { birth_date: born, document } = traveller;
  return (
    <Card className={styles.row}>
      <div>
        <h2>{name}</h2>
        <p className={styles.soft}>
          {shared(`category.one.${traveller.category}`)}
          {born && ` · ${text('account.born', { day: date(born) })}`}
        </p>
        {document && (
          <p className={styles.soft}>
            {text(`account.document.${document.kind}`)} <bdi>{hidden(document.number)}</bdi>
          </p>
        )}
      </div>
      <IconButton icon="pen" label={text('account.travellers.change', { name })} onClick={onEdit} />
      <IconButton icon="close" label={text('account.travellers.remove', { name })} onClick={onRemove} />
    </Card>
  );
}

/** Enough of a number to tell documents apart. */
const hidden = (number: string) => `…${number.slice(-3)}`;
