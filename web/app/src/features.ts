import type { Feature } from '@wayfare/shared/pages';

/** A feature is a folder: its `pages.ts` is found here, nothing else of it is known to the app. */
const modules = import.meta.glob<Feature>('../../features/*/pages.ts', { eager: true, import: 'default' });

export const features: readonly Feature[] = Object.values(modules);
