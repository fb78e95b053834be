import type { ReactNode, RefObject } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay, Popover } from 'react-aria-components';
import { useSharedText } from '../i18n';
import { IconButton } from './Button';
import { cx } from './classes';
import styles from './Overlay.module.css';
import { useNarrow } from './theme';

/**
 * This module brings React Aria along: import it from '@wayfare/shared/ui/Overlay' in what is loaded when it is opened,
 * so that the first page stays small.
 */
interface OverlayProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Stays in sight below what scrolls: the buttons. */
  footer?: ReactNode;
}

function Body({ title, onClose, children, footer }: Omit<OverlayProps, 'open'>) {
  const text = useSharedText();
  return (
    <AriaDialog className={styles.dialog}>
      <div className={styles.header}>
        <Heading slot="title" level={2}>
          {title}
        </Heading>
        <IconButton icon="close" label={text('ui.close')} onClick={onClose} />
      </div>
      <div className={styles.scroll}>{children}</div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </AriaDialog>
  );
}

/** Asks or tells something that everything else waits for. In the middle of the page; on a phone from below. */
export function Dialog({ open, onClose, ...body }: OverlayProps) {
  return (
    <ModalOverlay
      isOpen={open}
      isDismissable
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      className={styles.scrim}
    >
      <Modal className={styles.modal}>
        <Body {...body} onClose={onClose} />
      </Modal>
    </ModalOverlay>
  );
}

/** More of the page, beside it: filters, details. From the side; on a phone from below. */
export function Sheet({ open, onClose, tall, ...body }: OverlayProps & { tall?: boolean }) {
  return (
    <ModalOverlay
      isOpen={open}
      isDismissable
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      className={cx(styles.scrim, styles.atSide)}
    >
      <Modal className={cx(styles.sheet, tall && styles.tall)}>
        <Body {...body} onClose={onClose} />
      </Modal>
    </ModalOverlay>
  );
}

interface PopupProps extends OverlayProps {
  /** What it belongs to, and opens beside. */
  anchor: RefObject<HTMLElement | null>;
  /** `tall`: fills a phone's screen, for lists that are typed into. */
  tall?: boolean;
  className?: string;
}

/** What a field opens: beside it, and on a phone a sheet from below. */
export function Popup({ anchor, open, onClose, tall, className, ...body }: PopupProps) {
  const narrow = useNarrow();
  if (narrow) return <Sheet open={open} onClose={onClose} tall={tall} {...body} />;
  return (
    <Popover
      triggerRef={anchor}
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      placement="bottom start"
      offset={8}
      className={cx(styles.popup, className)}
    >
      <AriaDialog className={styles.dialog} aria-label={body.title}>
        <div className={styles.scroll}>{body.children}</div>
        {body.footer && <div className={styles.footer}>{body.footer}</div>}
      </AriaDialog>
    </Popover>
  );
}
