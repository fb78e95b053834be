import { useSharedText } from '@wayfare/shared/i18n';
import { links } from '@wayfare/shared/pages';
import { Button, ButtonLink, Empty, Screen } from '@wayfare/shared/ui';

/** No page has this address. */
export function Missing() {
  const text = useSharedText();
  return (
    <Screen title={text('app.missing.title')} hideTitle>
      <Empty icon="map" title={text('app.missing.title')}>
        <p>{text('app.missing.text')}</p>
        <ButtonLink variant="primary" {...links.home()}>
          {text('app.missing.action')}
        </ButtonLink>
      </Empty>
    </Screen>
  );
}

/** A page failed while it was shown, or its code could not be fetched. */
export function Broken() {
  const text = useSharedText();
  return (
    <Screen title={text('app.broken.title')} hideTitle>
      <Empty icon="warning" title={text('app.broken.title')}>
        <p>{text('app.broken.text')}</p>
        <Button variant="primary" onClick={() => location.reload()}>
          {text('app.broken.action')}
        </Button>
      </Empty>
    </Screen>
  );
}
