import { Button } from '@wayfare/shared/ui';
import { Sheet } from '@wayfare/shared/ui/Overlay';
import { useText } from '../text';
import { FilterPanel, type FilterPanelProps } from './FilterPanel';

/** The filters on a phone. */
export default function FilterSheet({
  shown,
  onClose,
  ...panel
}: FilterPanelProps & { shown: number; onClose: () => void }) {
  const text = useText();
  return (
    <Sheet
      title={text('results.filter')}
      open
      onClose={onClose}
      footer={
        <Button variant="primary" wide onClick={onClose}>
          {text('results.filter.show', { count: shown })}
        </Button>
      }
    >
      <FilterPanel {...panel} />
    </Sheet>
  );
}
