import { isProblem, type Problem } from '../api';
import { useSharedText, type SharedKey, type Text } from '../i18n';
import { Button } from './Button';
import { Notice } from './Surface';

/** What people are told, by the code of the problem. Others are told that something went wrong, with its number. */
const TOLD: Record<string, SharedKey> = {
  offline: 'problem.offline',
  no_answer: 'problem.no_answer',
  unavailable: 'problem.unavailable',
  request_timed_out: 'problem.unavailable',
  rate_limited: 'problem.rate_limited',
  too_many_holds: 'problem.too_many_holds',
  admission_needed: 'problem.admission_needed',
  proof_of_work_needed: 'problem.rate_limited',
  ambiguous_place: 'problem.ambiguous_place',
  not_found: 'problem.not_found',
  trip_gone: 'problem.trip_gone',
  offer_expired: 'problem.offer_expired',
  offer_invalid: 'problem.offer_expired',
  departure_closed: 'problem.departure_closed',
  departure_cancelled: 'problem.departure_cancelled',
  sold_out: 'problem.sold_out',
  units_taken: 'problem.units_taken',
  hold_expired: 'problem.hold_expired',
  unauthenticated: 'problem.unauthenticated',
  forbidden: 'problem.forbidden',
};

/** A problem in plain words; `own` says some codes better, where the page knows more. */
export function problemText(error: unknown, text: Text<SharedKey>, own: Record<string, string> = {}): string {
  if (!isProblem(error)) return text('problem.unexpected');
  const told = TOLD[error.code];
  return (
    own[error.code] ??
    (told ? text(told) : error.code === 'validation_failed' ? error.detail : unknown(error, text))
  );
}

function unknown(problem: Problem, text: Text<SharedKey>): string {
  const id = problem.facts.correlation_id;
  return typeof id === 'string' ? text('problem.unexpected.id', { id }) : text('problem.unexpected');
}

interface ProblemNoticeProps {
  error: unknown;
  /** Offered where asking again may help. */
  retry?: () => void;
  own?: Record<string, string>;
}

export function ProblemNotice({ error, retry, own }: ProblemNoticeProps) {
  const text = useSharedText();
  const offline = isProblem(error, 'offline');
  const again = retry && (!isProblem(error) || error.passes);
  return (
    <Notice
      tone={offline ? 'warning' : 'danger'}
      icon={offline ? 'offline' : 'warning'}
      actions={
        again && (
          <Button size="small" onClick={retry}>
            {text('ui.retry')}
          </Button>
        )
      }
    >
      {problemText(error, text, own)}
    </Notice>
  );
}
