import { chooseLocale, isLocale, LOCALES, useLocale, useSharedText } from '@wayfare/shared/i18n';
import { chooseTheme, Choice, Icon, SelectField, toast, useTheme } from '@wayfare/shared/ui';
import { Sheet } from '@wayfare/shared/ui/Overlay';
import styles from './Preferences.module.css';

const ICONS = { system: 'contrast', light: 'sun', dark: 'moon' } as const;

/** Language and appearance. */
export default function Preferences({ onClose }: { onClose: () => void }) {
  const text = useSharedText();
  const locale = useLocale();
  const theme = useTheme();
  const choose = (wanted: string) => {
    if (isLocale(wanted))
      chooseLocale(wanted).catch(() => toast(text('problem.no_answer'), { tone: 'danger' }));
  };
  return (
    <Sheet title={text('app.preferences')} open onClose={onClose}>
      <div className={styles.choices}>
        <SelectField
          label={text('app.language')}
          value={locale}
          onChange={(event) => choose(event.target.value)}
          options={Object.entries(LOCALES).map(([value, label]) => ({ value, label }))}
        />
        <Choice
          label={text('app.theme')}
          value={theme}
          onChange={chooseTheme}
          options={(['system', 'light', 'dark'] as const).map((value) => ({
            value,
            label: (
              <>
                <Icon name={ICONS[value]} size={18} />
                {text(`app.theme.${value}`)}
              </>
            ),
          }))}
        />
      </div>
    </Sheet>
  );
}
