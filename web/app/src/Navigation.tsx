import { useSharedText } from '@wayfare/shared/i18n';
import { Link } from '@wayfare/shared/pages';
import { Icon } from '@wayfare/shared/ui';
import { features } from './features';

const ENTRIES = features
  .flatMap((feature) => feature.pages)
  .flatMap((page) => (page.nav ? [{ path: page.path, ...page.nav }] : []))
  .sort((one, other) => one.order - other.order);

/** The pages that have a place in the navigation: beside the logo, on a phone below everything. */
export function Navigation({ className }: { className?: string }) {
  const text = useSharedText();
  return (
    <nav className={className} aria-label={text('app.nav')}>
      {ENTRIES.map(({ path, label, icon }) => (
        <Link key={path} to={path} whole>
          <Icon name={icon} />
          <span>{text(label)}</span>
        </Link>
      ))}
    </nav>
  );
}
