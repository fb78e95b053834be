import { useMutation } from '@tanstack/react-query';
import { api, ask } from '@wayfare/shared/api';
import { useSharedText } from '@wayfare/shared/i18n';
import { saveFile } from '@wayfare/shared/save';
import { Button, Card, problemText, toast } from '@wayfare/shared/ui';
import styles from '../Account.module.css';
import { Frame } from '../Frame';
import { useText } from '../text';
import { Consents } from './Consents';
import { DeleteAccount } from './DeleteAccount';

/** What somebody agreed to, a copy of everything, and the end of it. */
export default function PrivacyPage() {
  const text = useText();
  return (
    <Frame title={text('account.privacy')}>
      <Consents />
      <Export />
      <DeleteAccount />
    </Frame>
  );
}

function Export() {
  const text = useText();
  const shared = useSharedText();
  const save = useMutation({
    mutationFn: async () => {
      const everything = await ask(api.GET('/v1/me/export'));
      const file = new Blob([JSON.stringify(everything, null, 2)], { type: 'application/json' });
      saveFile(file, 'wayfare-account.json');
    },
    onError: (error) => toast(problemText(error, shared), { tone: 'danger' }),
  });
  return (
    <Card className={styles.panel}>
      <h2>{text('account.export')}</h2>
      <p className={styles.soft}>{text('account.export.text')}</p>
      <div className={styles.actions}>
        <Button icon="download" busy={save.isPending} onClick={() => save.mutate()}>
          {text('account.export.action')}
        </Button>
      </div>
    </Card>
  );
}
