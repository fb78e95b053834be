/** Addresses hold plain text, so that people can read, share and edit them: `?from=…&date=2026-12-01`. */
export const readQuery = (text: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text));

export function writeQuery(query: Record<string, unknown>): string {
  const entries = Object.entries(query).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const text = new URLSearchParams(entries).toString();
  return text && `?${text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%7E', '~')}`;
}
