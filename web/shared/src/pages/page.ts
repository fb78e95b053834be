import type { ComponentType } from 'react';
import type { Catalogue, SharedKey } from '../i18n';
import type { IconName } from '../ui/Icon';

/** A page of a feature. Its module exports the component as `default` and is loaded when somebody goes there. */
export interface Page {
  /** As TanStack Router writes it: `/bookings/$locator`. */
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Key of the title in the feature's catalogue: the name of the window, and what a screen reader says on arrival. */
  title: string;
  /** A place in the main navigation; its label is in the shared catalogue, as it is seen from everywhere. */
  nav?: { label: SharedKey; icon: IconName; order: number };
}

/** What `features/NAME/pages.ts` exports as `default`; the app finds it there. */
export interface Feature {
  catalogue: Catalogue;
  pages: readonly Page[];
}
