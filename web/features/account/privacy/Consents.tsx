import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { isDay } from '@wayfare/shared/format';
import { useSharedText } from '@wayfare/shared/i18n';
import { Card, Checkbox, problemText, ProblemNotice, Skeleton, toast } from '@wayfare/shared/ui';
import styles from '../Account.module.css';
import { consentsQuery } from '../queries';
import { useText } from '../text';
import { useDate, useLocalTime } from '../useLocalTime';
import { CHOSEN, standing, TEXT_VERSION } from './kinds';

type Kind = (typeof CHOSEN)[number];

/** What somebody agreed to: as easily taken back as given. */
export function Consents() {
  const text = useText();
  const shared = useSharedText();
  const time = useLocalTime();
  const date = useDate();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(consentsQuery);
  const change = useMutation({
    mutationFn: async ({ kind, given }: { kind: Kind; given: boolean }) => {
      const params = { path: { kind } };
      if (given) await ask(api.PUT('/v1/me/consents/{kind}', { params, body: { version: TEXT_VERSION } }));
      else await ask(api.DELETE('/v1/me/consents/{kind}', { params }));
      await client.invalidateQueries({ queryKey: consentsQuery.queryKey });
    },
    onError: (problem) => toast(problemText(problem, shared), { tone: 'danger' }),
  });
  const terms = data && standing(data, 'terms');
  const isGiven = (kind: Kind): boolean => {
    if (change.isPending && change.variables.kind === kind) return change.variables.given;
    return !!data && standing(data, kind) !== null;
  };
  return (
    <Card className={styles.panel}>
      <h2>{text('account.consents')}</h2>
      <p className={styles.soft}>{text('account.consents.text')}</p>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className={styles.ghostList} />}
      {data && (
        <div>
          {CHOSEN.map((kind) => (
            <Checkbox
              key={kind}
              checked={isGiven(kind)}
              disabled={change.isPending}
              onChange={(event) => change.mutate({ kind, given: event.target.checked })}
            >
              {text(`account.consent.${kind}`)}
            </Checkbox>
          ))}
        </div>
      )}
      {terms && (
        <p className={styles.soft}>
          {text('account.terms.given', {
            version: isDay(terms.version) ? date(terms.version) : terms.version,
            time: time(terms.given_at),
          })}
        </p>
      )}
    </Card>
  );
}
