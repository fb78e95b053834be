import { Button } from '@wayfare/shared/ui';
import { Dialog } from '@wayfare/shared/ui/Overlay';
import { useText } from '../text';

interface DeleteDialogProps {
  name: string;
  busy: boolean;
  onDelete: () => void;
  onClose: () => void;
}

export default function DeleteDialog({ name, busy, onDelete, onClose }: DeleteDialogProps) {
  const text = useText();
  return (
    <Dialog
      title={text('account.travellers.remove', { name })}
      open
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{text('account.keep')}</Button>
          <Button variant="danger" busy={busy} onClick={onDelete}>
            {text('account.travellers.remove.action')}
          </Button>
        </>
      }
    >
      <p>{text('account.travellers.remove.text')}</p>
    </Dialog>
  );
}
