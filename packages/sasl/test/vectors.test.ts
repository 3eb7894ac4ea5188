// Each mechanism against the examples of its specification, byte for byte.
import { describe, expect, it } from 'vitest';
import { cramMd5, external, login, oauthBearer, plain, scram, xoauth2 } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (message: Uint8Array | undefined) => message && new TextDecoder().decode(message);

/** A whole SCRAM exchange: what the client says, given what the server says. */
async function exchange(mechanism: ReturnType<typeof scram>, serverFirst: string, serverFinal: string) {
  const first = text(mechanism.initial());
  const final = text(await mechanism.respond(bytes(serverFirst)));
  mechanism.finish(bytes(serverFinal));
  return [first, final];
}

describe('SCRAM', () => {
  it('RFC 5802 section 5: SHA-1', async () => {
    const credentials = { username: 'user', password: 'pencil' };
    const said = await exchange(
      scram('SHA-1', credentials, 'fyko+d2lbbFgONRv9qkxdawL'),
      'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
      'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
    );
    expect(said).toEqual([
      'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL',
      'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    ]);
  });

  it('prepares the name, unless it is to be sent as it is', () => {
    const credentials = { username: '\u2168', password: 'IX' };
    expect(text(scram('SHA-256', credentials, 'n').initial())).toBe('n,,n=IX,r=n');
    const kept = scram('SHA-256', credentials, { nonce: 'n', keepsName: true });
    expect(text(kept.initial())).toBe('n,,n=\u2168,r=n');
  });

  it('RFC 7677 section 3: SHA-256', async () => {
    const credentials = { username: 'user', password: 'pencil' };
    const said = await exchange(
      scram('SHA-256', credentials, 'rOprNGfwEbeRWgbNEkqO'),
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
      'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    );
    expect(said).toEqual([
      'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    ]);
  });

  it('escapes names, says whom to act as, and prepares what is not ASCII', () => {
    const credentials = { username: 'a=b,c\u00ad', password: 'x', authorizationIdentity: 'd,e' };
    expect(text(scram('SHA-256', credentials, 'nonce').initial())).toBe('n,a=d=2Ce,n=a=3Db=2Cc,r=nonce');
  });

  it('takes a nonce of its own each time', () => {
    const credentials = { username: 'user', password: 'pencil' };
    const [one, other] = [scram('SHA-256', credentials), scram('SHA-256', credentials)];
    expect(text(one.initial())).toMatch(/^n,,n=user,r=[A-Za-z0-9+/]{24}$/);
    expect(text(one.initial())).not.toBe(text(other.initial()));
  });
});

describe('mechanisms of one step', () => {
  const credentials = { username: 'tim', password: 'tanstaaftanstaaf' };

  it('RFC 4616 section 4: PLAIN, with and without an identity to act as', () => {
    expect(text(plain(credentials).initial())).toBe('\0tim\0tanstaaftanstaaf');
    const acting = { username: 'Kurt', password: 'xipj3plmq', authorizationIdentity: 'Ursel' };
    expect(text(plain(acting).initial())).toBe('Ursel\0Kurt\0xipj3plmq');
  });

  it('RFC 2195 section 2: CRAM-MD5', async () => {
    const mechanism = cramMd5(credentials);
    expect(mechanism.initial()).toBeUndefined();
    const challenge = bytes('<1896.697170952@postoffice.reston.mci.net>');
    expect(text(await mechanism.respond(challenge))).toBe('tim b913a602c7eda7a495b4e6e7334d3890');
  });

  it('LOGIN: the name, then the password, in UTF-8', async () => {
    const mechanism = login({ username: 'jürgen', password: 'пароль' });
    expect(mechanism.initial()).toBeUndefined();
    expect(text(await mechanism.respond(bytes('Username:')))).toBe('jürgen');
    expect(text(await mechanism.respond(bytes('whatever')))).toBe('пароль');
    await expect(mechanism.respond(bytes('again'))).rejects.toMatchObject({ code: 'auth' });
  });

  it('EXTERNAL', () => {
    expect(text(external().initial())).toBe('');
    expect(text(external('tim').initial())).toBe('tim');
  });
});

describe('mechanisms with a token', () => {
  const credentials = {
    username: 'user@example.com',
    accessToken: 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==',
  };
  const server = { hostname: 'server.example.com', port: 143 };

  it('RFC 7628 section 4.1: OAUTHBEARER', () => {
    expect(text(oauthBearer(credentials, server).initial())).toBe(
      'n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01',
    );
  });

  it('XOAUTH2', () => {
    expect(text(xoauth2(credentials).initial())).toBe(
      'user=user@example.com\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01',
    );
  });

  it.each([
    ['OAUTHBEARER', oauthBearer(credentials, server), '\x01'],
    ['XOAUTH2', xoauth2(credentials), ''],
  ])('%s answers a refusal once, and takes no success after it', async (_name, mechanism, dismissal) => {
    mechanism.initial();
    expect(text(await mechanism.respond(bytes('{"status":"401"}')))).toBe(dismissal);
    expect(() => mechanism.finish()).toThrow(/refusal was followed by a success/);
    await expect(mechanism.respond(bytes('{}'))).rejects.toMatchObject({ code: 'auth' });
  });
});
