import type { Feature } from '@wayfare/shared/pages';

export default {
  catalogue: (locale) => import(`./messages/${locale}.json`),
  pages: [
    {
      path: '/',
      title: 'search.title',
      load: () => import('./SearchPage'),
      nav: { label: 'nav.search', icon: 'search', order: 1 },
    },
    { path: '/results', title: 'results.title', load: () => import('./results/ResultsPage') },
  ],
} satisfies Feature;
