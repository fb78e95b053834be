export { api, ask, bearer, newIdempotencyKey } from './client';
export { isProblem, Problem, problemOf, wrongFields } from './problem';
export { makeQueryClient } from './queries';
export type { components, paths } from './schema';
