import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState, type Ref } from 'react';
import type { Money } from '../../format';
import { useLocale, useSharedText } from '../../i18n';
import { Button } from '../../ui/Button';
import { Notice, Skeleton } from '../../ui/Surface';
import { useDark } from '../../ui/theme';
import { stripeAmount } from './amount';
import styles from './CardForm.module.css';
import { loadCards, openFields, type Fields, type Look } from './fields';
import { appearanceOf, stripeLocale } from './look';

export interface CardHandle {
  /** A token of what was typed. Null: the form shows what is wrong. */
  token: () => Promise<string | null>;
}

interface CardFormProps {
  publishableKey: string;
  price: Money;
  ref?: Ref<CardHandle>;
}

type State = 'loading' | 'ready' | 'failed';

/** A card's number, expiry and code, in fields of Stripe's. Nothing is asked of Stripe before this is shown. */
export function CardForm({ publishableKey, price: { amount, currency }, ref }: CardFormProps) {
  const text = useSharedText();
  const locale = useLocale();
  const dark = useDark();
  const host = useRef<HTMLDivElement>(null);
  const again = useRef<HTMLButtonElement>(null);
  const fields = useRef<Fields | null>(null);
  const [state, setState] = useState<State>('loading');
  const [tries, setTries] = useState(0);
  const [wrong, setWrong] = useState<string | null>(null);

  const lookIn = useEffectEvent((place: HTMLElement): Look => ({
    locale: stripeLocale(locale),
    appearance: appearanceOf(place, dark),
    amount: stripeAmount({ amount, currency }),
    currency: currency.toLowerCase(),
  }));

  useEffect(() => {
    let over = false;
    const become = (next: State) => !over && setState(next);
    const open = async () => {
      const stripe = await loadCards(publishableKey);
      if (over || !host.current) return;
      fields.current = openFields(stripe, host.current, lookIn(host.current), {
        ready: () => become('ready'),
        failed: () => become('failed'),
        changed: () => setWrong(null),
      });
    };
    open().catch(() => become('failed'));
    return () => {
      over = true;
      fields.current?.close();
      fields.current = null;
    };
  }, [publishableKey, tries]);

  useEffect(() => {
    if (host.current) fields.current?.update(lookIn(host.current));
  }, [locale, dark, amount, currency]);

  const token = async (): Promise<string | null> => {
    if (state === 'failed') again.current?.focus();
    if (state === 'loading') setWrong(text('pay.form.loading'));
    const open = fields.current;
    if (state !== 'ready' || !open) return null;
    setWrong(null);
    try {
      const made = await open.make();
      if ('token' in made) return made.token;
      // What is missing stands beside the fields already.
      if (made.wrong.type === 'validation_error') open.focus();
      else setWrong((made.wrong.type === 'card_error' && made.wrong.message) || text('pay.form.unsent'));
    } catch {
      setWrong(text('pay.form.unsent'));
    }
    return null;
  };
  useImperativeHandle(ref, () => ({ token }));

  const retry = () => {
    setState('loading');
    setTries((count) => count + 1);
  };
  return (
    <div role="group" aria-label={text('pay.form')} aria-busy={state === 'loading'} className={styles.form}>
      {state === 'loading' && <Skeleton className={styles.ghost} />}
      {state === 'failed' && (
        <Notice
          tone="danger"
          title={text('pay.form.failed')}
          actions={
            <Button ref={again} size="small" onClick={retry}>
              {text('ui.retry')}
            </Button>
          }
        >
          {text('pay.form.failed.text')}
        </Notice>
      )}
      <div key={tries} ref={host} hidden={state === 'failed'} />
      {wrong && (
        <p role="alert" className={styles.wrong}>
          {wrong}
        </p>
      )}
      {state === 'ready' && <p className={styles.hint}>{text('pay.form.hint')}</p>}
    </div>
  );
}
