import type { Feature } from '@wayfare/shared/pages';

export default {
  catalogue: (locale) => import(`./messages/${locale}.json`),
  pages: [
    { path: '/login', title: 'account.login', load: () => import('./entry/LoginPage') },
    { path: '/register', title: 'account.register', load: () => import('./entry/RegisterPage') },
    { path: '/verify', title: 'account.verify', load: () => import('./entry/VerifyPage') },
    { path: '/reset', title: 'account.reset', load: () => import('./entry/ResetPage') },
    {
      path: '/account',
      title: 'account.title',
      load: () => import('./profile/ProfilePage'),
      nav: { label: 'nav.account', icon: 'person', order: 3 },
    },
    {
      path: '/account/travellers',
      title: 'account.travellers',
      load: () => import('./travellers/TravellersPage'),
    },
    { path: '/account/devices', title: 'account.devices', load: () => import('./devices/DevicesPage') },
    { path: '/account/privacy', title: 'account.privacy', load: () => import('./privacy/PrivacyPage') },
  ],
} satisfies Feature;
