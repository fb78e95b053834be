import { configure, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { signIn } from '@wayfare/shared/session';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { show } from '../../../tests/render';
import DevicesPage from '../devices/DevicesPage';
import LoginPage from '../entry/LoginPage';
import feature from '../pages';

/** In the place of the network. */
const fetched = vi.hoisted(() => {
  const answered = vi.fn<(request: Request) => Promise<Response>>();
  vi.stubGlobal('fetch', answered);
  return answered;
});
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 60_000 });

const tokens = { access_token: 'a', refresh_token: 'r', token_type: 'Bearer' as const, expires_in: 3600 };
const SECRET = 'JBSWY3DPEHPK3PXP';
const CODES = ['aaaa-bbbb', 'cccc-dddd'];
const wrongCode = { code: 'validation_failed', detail: '', errors: [{ field: 'body.code', message: '' }] };
const PATH = '/v1/me/second-factor';

let sent: [string, unknown][] = [];
let enrolled = false;

/** The server: these answers to what is posted; nobody else is signed in. */
function serve(posts: Record<string, (body: Record<string, string>) => [number, object | null]>) {
  fetched.mockImplementation(async (first: Request | string, init?: RequestInit) => {
    const request = first instanceof Request ? first : new Request(new URL(first, 'http://x'), init);
    const { pathname } = new URL(request.url);
    if (request.method === 'GET') {
      return pathname === PATH
        ? Response.json({ enrolled, recovery_codes_left: enrolled ? 10 : 0 })
        : Response.json({ items: [] });
    }
    const text = await request.text();
    const answer = posts[pathname];
    if (!answer) return new Response(null, { status: 204 });
    const body = JSON.parse(text) as Record<string, string>;
    sent.push([pathname, body]);
    const [status, content] = answer(body);
    return content ? Response.json(content, { status }) : new Response(null, { status });
  });
}

const card = async () => {
  const heading = await screen.findByRole('heading', { name: 'Second factor' });
  return within(heading.parentElement ?? document.body);
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  sent = [];
  enrolled = false;
});

describe('the second factor', () => {
  it('is set up with the password, a QR code and a code; the recovery codes are shown once', async () => {
    serve({
      [PATH]: () => [201, { secret: SECRET, uri: `otpauth://totp/Wayfare:ada?secret=${SECRET}` }],
      [`${PATH}/confirm`]: ({ code }) =>
        code === '123456' ? [200, { recovery_codes: CODES }] : [422, wrongCode],
    });
    signIn(tokens);
    await show(<DevicesPage />, feature.catalogue);
    const factor = await card();
    await userEvent.click(await factor.findByRole('button', { name: 'Set up' }));
    await userEvent.click(factor.getByRole('button', { name: 'Continue' }));
    expect(sent).toEqual([]); // no password
    await userEvent.type(factor.getByLabelText('Password'), 'a good password');
    await userEvent.click(factor.getByRole('button', { name: 'Continue' }));
    const picture = await factor.findByRole('img', { name: /^QR code/ });
    expect(picture.querySelector('path')?.getAttribute('d')?.length).toBeGreaterThan(1000);
    expect(factor.getByText('JBSW Y3DP EHPK 3PXP')).toBeTruthy();
    expect(factor.getByRole('link').getAttribute('href')).toMatch(/^otpauth:/);
    const code = factor.getByLabelText('Code');
    await userEvent.type(code, '000000');
    await userEvent.click(factor.getByRole('button', { name: 'Turn on' }));
    expect(await factor.findByText(/^This code is not right/)).toBeTruthy();
    expect(document.activeElement).toBe(code);
    await userEvent.clear(code);
    await userEvent.type(code, '123456');
    await userEvent.click(factor.getByRole('button', { name: 'Turn on' }));
    const codes = within(await factor.findByRole('list', { name: 'Recovery codes' }));
    expect(codes.getAllByRole('listitem').map((one) => one.textContent)).toEqual(CODES);
    expect(document.activeElement?.textContent).toBe('Recovery codes');
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await userEvent.click(factor.getByRole('button', { name: 'Copy' }));
    expect(written).toHaveBeenCalledWith(CODES.join('\n'));
    enrolled = true;
    await userEvent.click(factor.getByRole('button', { name: 'I have kept them' }));
    expect(await factor.findByText(/10 recovery codes are left/)).toBeTruthy();
    expect(factor.queryByText('aaaa-bbbb')).toBeNull();
  });

  it('tells a wrong password', async () => {
    serve({ [PATH]: () => [403, { code: 'forbidden', detail: '' }] });
    signIn(tokens);
    await show(<DevicesPage />, feature.catalogue);
    const factor = await card();
    await userEvent.click(await factor.findByRole('button', { name: 'Set up' }));
    await userEvent.type(factor.getByLabelText('Password'), 'another');
    await userEvent.click(factor.getByRole('button', { name: 'Continue' }));
    expect((await factor.findByRole('alert')).textContent).toBe('The present password is not right.');
  });

  it('is turned off by password and code, which signs this device out', async () => {
    enrolled = true;
    serve({ [`${PATH}/removal`]: ({ code }) => (code === 'aaaa-bbbb' ? [204, null] : [422, wrongCode]) });
    signIn(tokens);
    const address = await show(<DevicesPage />, feature.catalogue, '/account/devices');
    const factor = await card();
    await userEvent.click(await factor.findByRole('button', { name: 'Turn off' }));
    await userEvent.type(factor.getByLabelText('Password'), 'a good password');
    await userEvent.type(factor.getByLabelText('Code'), '000000');
    await userEvent.click(factor.getByRole('button', { name: 'Turn off' }));
    expect(await factor.findByText(/^This code is not right/)).toBeTruthy();
    await userEvent.clear(factor.getByLabelText('Code'));
    await userEvent.type(factor.getByLabelText('Code'), 'aaaa-bbbb');
    await userEvent.click(factor.getByRole('button', { name: 'Turn off' }));
    await waitFor(() => expect(address()).toMatch(/^\/login/));
    expect(sent.at(-1)?.[1]).toEqual({ password: 'a good password', code: 'aaaa-bbbb' });
  });
});

describe('logging in', () => {
  it.each(['123456', 'aaaa-bbbb-cccc-dddd'])('asks for a code, and takes %s', async (code) => {
    serve({
      '/v1/auth/token': ({ grant_type: grant, code: given }) =>
        grant === 'password'
          ? [403, { code: 'second_factor_needed', detail: '', challenge: 'sealed' }]
          : given === code
            ? [200, tokens]
            : [400, { code: 'invalid_grant', detail: '' }],
    });
    const address = await show(<LoginPage />, feature.catalogue, '/login');
    await userEvent.type(await screen.findByLabelText('E-mail address'), 'ada@example.org');
    await userEvent.type(screen.getByLabelText('Password'), 'a good password');
    await userEvent.click(screen.getByRole('button', { name: 'Log in' }));
    const field = await screen.findByLabelText('Code');
    expect(document.activeElement).toBe(field);
    await userEvent.type(field, '000000');
    await userEvent.click(screen.getByRole('button', { name: 'Log in' }));
    expect((await screen.findByRole('alert')).textContent).toContain('This code is not right');
    await userEvent.clear(field);
    await userEvent.type(field, code);
    await userEvent.click(screen.getByRole('button', { name: 'Log in' }));
    await waitFor(() => expect(address()).not.toMatch(/^\/login/));
    expect(sent.at(-1)?.[1]).toMatchObject({ challenge: 'sealed', code });
  });
});
