import { queryOptions } from '@tanstack/react-query';
import { api, ask, isProblem, newIdempotencyKey, type components } from '../api';

type Schemas = components['schemas'];
export type Hold = Schemas['HoldAnswer'];
export type HoldBody = Schemas['HoldBody'];

export const holdQuery = (hold: string) =>
  queryOptions({
    queryKey: ['hold', hold],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/holds/{hold_id}', { params: { path: { hold_id: hold } }, signal })),
    staleTime: 0,
  });

/** What was asked for last, until the server said yes or no: repeated, it keeps its key, and so is made once. */
let asked: { said: string; key: string } | null = null;

export async function placeHold(body: HoldBody): Promise<Hold> {
  const said = JSON.stringify(body);
  if (asked?.said !== said) asked = { said, key: newIdempotencyKey() };
  try {
    const params = { header: { 'Idempotency-Key': asked.key } };
    const hold = await ask(api.POST('/v1/holds', { params, body }));
    asked = null;
    return hold;
  } catch (error) {
    if (!isProblem(error) || !error.passes) asked = null;
    throw error;
  }
}
