import type { Problem } from '@wayfare/shared/api';
import { Notice } from '@wayfare/shared/ui';
import { reasonKey } from './reasons';
import { useText } from './text';

/** The payment was refused, and what that means for the seats. */
export function DeclinedNotice({ problem, held }: { problem: Problem; held?: boolean }) {
  const text = useText();
  return (
    <Notice tone="danger" title={text('checkout.declined')}>
      {text(reasonKey(problem))} {held && text('checkout.declined.held')}
    </Notice>
  );
}
