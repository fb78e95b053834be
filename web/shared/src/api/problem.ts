/** What went wrong, as RFC 9457 tells it. `offline` and `no_answer` are of this side: the server was not reached. */
export class Problem extends Error {
  override name = 'Problem';

  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    /** Everything else that the server said: `candidates`, `errors`, `hold_id`, `retry_after_s`, … */
    readonly facts: Record<string, unknown> = {},
  ) {
    super(`${code}: ${detail}`);
  }

  /** Whether asking again may help without anything being changed. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The fields that `errors` of a validation_failed names: "email", "document.number". */
export function wrongFields(error: unknown): string[] {
  const errors: unknown = error instanceof Problem ? error.facts.errors : null;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((one: { field?: unknown } | null) =>
    typeof one?.field === 'string' ? [one.field.replace(/^body\./, '')] : [],
  );
}

export function isProblem(error: unknown, ...codes: string[]): error is Problem {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
}

export function problemOf(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
    const { code, detail, ...facts } = body as Record<string, unknown> & { code: string };
    return new Problem(code, status, typeof detail === 'string' ? detail : code, facts);
  }
  return new Problem('no_answer', status, `The server answered ${status} without saying why.`);
}
