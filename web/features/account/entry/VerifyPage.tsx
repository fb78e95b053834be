import { useQuery } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { useSharedText } from '@wayfare/shared/i18n';
import { links } from '@wayfare/shared/pages';
import { ButtonLink, Notice, ProblemNotice, Screen, Skeleton } from '@wayfare/shared/ui';
import styles from '../Account.module.css';
import { useText } from '../text';
import { useToken } from './token';

/** The link of the letter: confirms the address once, as soon as it is opened. */
export default function VerifyPage() {
  const text = useText();
  const shared = useSharedText();
  const token = useToken();
  const { isSuccess, error, refetch } = useQuery({
    queryKey: ['verify', token],
    queryFn: async () => {
      await ask(api.POST('/v1/customers/verify', { body: { token: token ?? '' } }));
      return true;
    },
    enabled: token !== null,
    staleTime: Infinity,
  });
  return (
    <Screen title={text('account.verify')} narrow>
      {isSuccess ? (
        <>
          <Notice tone="good" title={text('account.verify.done')} />
          <ButtonLink variant="primary" size="large" {...links.login()}>
            {text('account.login')}
          </ButtonLink>
        </>
      ) : token === null ? (
        <Notice tone="warning" title={text('account.link.missing')} />
      ) : error ? (
        <>
          <ProblemNotice
            error={error}
            retry={() => void refetch()}
            own={{
              link_invalid: text('account.verify.invalid'),
              validation_failed: text('account.verify.invalid'),
            }}
          />
          <div className={styles.actions}>
            <ButtonLink {...links.login()}>{text('account.login')}</ButtonLink>
            <ButtonLink {...links.register()}>{text('account.register')}</ButtonLink>
          </div>
        </>
      ) : (
        <div role="status" aria-label={shared('ui.loading')}>
          <Skeleton className={styles.ghost} />
        </div>
      )}
    </Screen>
  );
}
