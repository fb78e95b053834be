import { links, useQueryState } from '@wayfare/shared/pages';
import { readSearch } from '@wayfare/shared/trips';
import { ButtonLink, Empty, Screen } from '@wayfare/shared/ui';
import { useText } from '../text';
import { Results } from './Results';

/** What a search finds. The search, the filters and the order stand in the address. */
export default function ResultsPage() {
  const text = useText();
  const search = useQueryState(readSearch);
  if (search) return <Results search={search} />;
  return (
    <Screen title={text('results.title')} hideTitle>
      <Empty icon="search" title={text('results.incomplete')}>
        <ButtonLink variant="primary" {...links.home()}>
          {text('results.begin')}
        </ButtonLink>
      </Empty>
    </Screen>
  );
}
