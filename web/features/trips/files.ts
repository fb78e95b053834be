import { queryOptions } from '@tanstack/react-query';
import { api, ask, isProblem } from '@wayfare/shared/api';
import { saveFile } from '@wayfare/shared/save';
import { shown } from './queries';

export async function saveTickets(locator: string): Promise<void> {
  const call = api.GET('/v1/bookings/{locator}/tickets.pdf', { ...shown(locator), parseAs: 'blob' });
  saveFile(await ask(call), `${locator}.pdf`);
}

export async function saveInvoice(locator: string, number: string): Promise<void> {
  const { headers } = shown(locator);
  const call = api.GET('/v1/bookings/{locator}/invoices/{number}.pdf', {
    params: { path: { locator, number } },
    headers,
    parseAs: 'blob',
  });
  saveFile(await ask(call), `${number}.pdf`);
}

type Form = 'pdf' | 'ics' | 'pkpass';
const MEDIA = {
  pdf: 'application/pdf',
  ics: 'text/calendar',
  pkpass: 'application/vnd.apple.pkpass',
} as const satisfies Record<Form, string>;

async function ticketFile(locator: string, number: number, form: Form): Promise<Blob> {
  const init = {
    params: { path: { locator, number } },
    headers: shown(locator).headers,
    parseAs: 'blob' as const,
  };
  const content =
    form === 'pdf'
      ? await ask(api.GET('/v1/bookings/{locator}/tickets/{number}.pdf', init))
      : form === 'ics'
        ? await ask(api.GET('/v1/bookings/{locator}/tickets/{number}.ics', init))
        : await ask(api.GET('/v1/bookings/{locator}/tickets/{number}.pkpass', init));
  return new Blob([content], { type: MEDIA[form] });
}

export async function saveTicket(locator: string, number: number, form: 'pdf' | 'ics'): Promise<void> {
  saveFile(await ticketFile(locator, number, form), `${locator}-${number}.${form}`);
}

/** A ticket as a pass for a phone's wallet; null where the server is not set up to sign one. */
export const passQuery = (locator: string, number: number, ticket: string) =>
  queryOptions({
    queryKey: ['pass', locator, ticket],
    queryFn: async () => {
      try {
        return await ticketFile(locator, number, 'pkpass');
      } catch (error) {
        if (isProblem(error, 'wallet_not_configured')) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });

export const savePass = (pass: Blob, locator: string, number: number): void =>
  saveFile(pass, `${locator}-${number}.pkpass`);
