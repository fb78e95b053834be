import { useMutation } from '@tanstack/react-query';
import { useSharedText } from '@wayfare/shared/i18n';
import { Button, IconButton, problemText, toast, type IconName } from '@wayfare/shared/ui';

interface SaveButtonProps {
  /** What is saved. Beside `text` it is the tip of the button, else its name. */
  label: string;
  text?: string;
  icon?: IconName;
  save: () => Promise<void> | void;
}

/** Fetches a file and gives it to the browser; says so when that fails. */
export function SaveButton({ label, text, icon = 'download', save }: SaveButtonProps) {
  const shared = useSharedText();
  const saving = useMutation({
    mutationFn: async () => save(),
    onError: (error) => toast(problemText(error, shared), { tone: 'danger' }),
  });
  if (!text) return <IconButton icon={icon} label={label} onClick={() => saving.mutate()} />;
  return (
    <Button icon={icon} size="small" busy={saving.isPending} title={label} onClick={() => saving.mutate()}>
      {text}
    </Button>
  );
}
