// What no mechanism does: trust a server that cheats, send a secret in clear, or put a NUL on the wire.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { chooseMechanism, cramMd5, login, oauthBearer, plain, scram, xoauth2 } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const credentials = { username: 'user', password: 'pencil' };
const server = { hostname: 'mail.example.com', port: 587 };
const NONCE = 'rOprNGfwEbeRWgbNEkqO';
const CHALLENGE = `r=${NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;

describe('SCRAM refuses', () => {
  it.each([
    ['a nonce that is not ours', CHALLENGE.replace(NONCE, 'other'), "nonce does not extend the client's"],
    ['a nonce that adds nothing', CHALLENGE.replace(/%[^,]*/, ''), "nonce does not extend the client's"],
    ['more iterations than the runtime has', CHALLENGE.replace('4096', '100001'), '100001 PBKDF2 iterations'],
    ['no iterations', CHALLENGE.replace('4096', '0'), 'malformed'],
    ['iterations that are no number', CHALLENGE.replace('4096', '4e3'), 'malformed'],
    ['no salt', CHALLENGE.replace(/s=[^,]*/, 's='), 'malformed'],
    ['a salt that is not base64', CHALLENGE.replace(/s=[^,]*/, 's=%%%'), 'malformed'],
    ['an extension that it must know', `m=x,${CHALLENGE}`, 'extension that this client does not have'],
    ['nothing', '', 'nonce'],
  ])('%s', async (_what, challenge, message) => {
    const mechanism = scram('SHA-256', credentials, NONCE);
    mechanism.initial();
    const error = await mechanism.respond(bytes(challenge)).catch((caught: unknown) => caught);
    expect(isFairleadError(error) && error.code).toBe('auth');
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('pencil');
  });

  it('bytes that are not UTF-8', async () => {
    const mechanism = scram('SHA-256', credentials, NONCE);
    await expect(mechanism.respond(Uint8Array.of(0xff))).rejects.toMatchObject({ code: 'auth' });
  });

  it.each([
    ['a wrong signature', `v=${btoa('x'.repeat(32))}`, 'does not match'],
    ['a short one', 'v=AAAA', 'does not match'],
    ['none', 'x=y', 'does not match'],
    ['an error', 'e=invalid-proof', 'the server answered "invalid-proof"'],
  ])('a server with %s', async (_what, final, message) => {
    const mechanism = scram('SHA-256', credentials, NONCE);
    await mechanism.respond(bytes(CHALLENGE));
    expect(() => mechanism.finish(bytes(final))).toThrow(message);
  });

  it('a success without any proof, at once or after the challenge', async () => {
    const mechanism = scram('SHA-256', credentials, NONCE);
    expect(() => mechanism.finish()).toThrow('did not prove');
    await mechanism.respond(bytes(CHALLENGE));
    expect(() => mechanism.finish()).toThrow('did not prove');
    expect(() => mechanism.finish(new Uint8Array(0))).toThrow('did not prove');
  });

  it('a third challenge; the second may carry the signature', async () => {
    const mechanism = scram('SHA-256', credentials, NONCE);
    await mechanism.respond(bytes(CHALLENGE));
    const signature = bytes('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
    expect(await mechanism.respond(signature)).toEqual(new Uint8Array(0));
    mechanism.finish();
    await expect(mechanism.respond(signature)).rejects.toMatchObject({ code: 'auth' });
  });
});

describe('chooseMechanism', () => {
  const offered = ['PLAIN', 'login', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'XOAUTH2', 'OAUTHBEARER'];
  const choose = (names: readonly string[], clear = true, only?: string[], who: object = credentials) =>
    chooseMechanism(names, { username: 'user', ...who }, { allowCleartext: clear, only, server }).name;

  it('takes the strongest that both have', () => {
    const order = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'];
    for (let i = 0; i < order.length; i++) {
      const left = offered.filter((name) => !order.slice(0, i).includes(name.toUpperCase()));
      expect(choose(left)).toBe(order[i]);
    }
  });

  it('with a token, takes only those that send one', () => {
    const who = { password: undefined, accessToken: 'abc' };
    expect(choose(offered, true, undefined, who)).toBe('OAUTHBEARER');
    expect(choose(['XOAUTH2', 'PLAIN'], true, undefined, who)).toBe('XOAUTH2');
    expect(() => choose(['PLAIN'], true, undefined, who)).toThrow('no login that fits');
  });

  it('keeps to the caller’s list', () => {
    expect(choose(offered, true, ['plain', 'login'])).toBe('PLAIN');
    expect(() => choose(offered, true, ['EXTERNAL'])).toThrow('acceptable here: EXTERNAL');
  });

  it('without TLS, prefers what hides the password, and refuses the rest', () => {
    expect(choose(offered, false)).toBe('SCRAM-SHA-256');
    expect(choose(['PLAIN', 'CRAM-MD5'], false)).toBe('CRAM-MD5');
    expect(() => choose(['LOGIN', 'PLAIN'], false)).toThrow(
      'in clear (PLAIN), and the connection has no TLS',
    );
    expect(() => choose(['XOAUTH2'], false, undefined, { accessToken: 'abc' })).toThrow('in clear (XOAUTH2)');
  });

  it('says what a server without a login has', () => {
    expect(() => choose([])).toThrow('it has none');
  });
});

describe('credentials', () => {
  const nul = { username: 'us\0er', password: 'x' };
  const noPassword = { username: 'user' };
  it.each([
    ['PLAIN, a NUL in the name', () => plain(nul)],
    ['PLAIN, a NUL in the password', () => plain({ username: 'user', password: 'a\0b' })],
    ['PLAIN, a NUL in the identity', () => plain({ ...credentials, authorizationIdentity: '\0' })],
    ['LOGIN, a NUL', () => login(nul)],
    ['CRAM-MD5, a NUL', () => cramMd5(nul)],
    ['SCRAM, a NUL', () => scram('SHA-1', nul)],
    ['PLAIN, no password', () => plain(noPassword)],
    ['SCRAM, no password', () => scram('SHA-256', noPassword)],
    ['OAUTHBEARER, no token', () => oauthBearer(credentials, server)],
    ['XOAUTH2, a token with a line break', () => xoauth2({ username: 'user', accessToken: 'a\r\nb' })],
    ['XOAUTH2, a separator in the name', () => xoauth2({ username: 'a\x01auth=', accessToken: 'a' })],
  ])('%s: usage, and no secret in the message', (_what, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.not.stringMatching(/\p{Cc}/u) }),
    );
  });
});
