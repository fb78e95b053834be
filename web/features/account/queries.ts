import { queryOptions } from '@tanstack/react-query';
import { api, ask, type components } from '@wayfare/shared/api';

type Schemas = components['schemas'];
export type Customer = Schemas['CustomerAnswer'];
export type Traveller = Schemas['TravellerAnswer'];
export type TravellerBody = Schemas['TravellerBody'];
export type Device = Schemas['DeviceAnswer'];
export type Consent = Schemas['ConsentAnswer'];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask(api.GET('/v1/me', { signal })),
});

export const travellersQuery = queryOptions({
  queryKey: ['me', 'travellers'],
  queryFn: async ({ signal }) => (await ask(api.GET('/v1/me/travellers', { signal }))).items,
});

export const devicesQuery = queryOptions({
  queryKey: ['me', 'devices'],
  queryFn: async ({ signal }) => (await ask(api.GET('/v1/me/devices', { signal }))).items,
});

export const consentsQuery = queryOptions({
  queryKey: ['me', 'consents'],
  queryFn: async ({ signal }) => (await ask(api.GET('/v1/me/consents', { signal }))).items,
});

export const secondFactorQuery = queryOptions({
  queryKey: ['me', 'second-factor'],
  queryFn: ({ signal }) => ask(api.GET('/v1/me/second-factor', { signal })),
});
