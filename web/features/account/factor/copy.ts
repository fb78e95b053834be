import { toast } from '@wayfare/shared/ui';
import type { useText } from '../text';

/** Into the clipboard, and whether that went well: browsers may refuse it. */
export async function copy(content: string, text: ReturnType<typeof useText>): Promise<void> {
  try {
    await navigator.clipboard.writeText(content);
    toast(text('account.factor.copied'), { tone: 'good' });
  } catch {
    toast(text('account.factor.uncopied'), { tone: 'danger' });
  }
}
