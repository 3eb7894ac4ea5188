// SCRAM bound to a TLS connection: what is said, what a server computes from it, and when it is chosen.
import { fromBase64, toBase64 } from '@fairlead/bytes';
import { FairleadError, usage } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { type ChannelBinding, channelBindingOf, chooseMechanism, scram } from '../src/index.ts';

const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text));
const text = (message: Uint8Array | undefined) => new TextDecoder().decode(message);
const credentials = { username: 'user', password: 'pencil' };
const server = { hostname: 'mail.example.com', port: 587 };
const binding: ChannelBinding = { type: 'tls-server-end-point', data: Uint8Array.of(0, 255, 44, 61) };
const challenge = 'r=nonce+more,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';

async function hmac(secret: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}

/** RFC 5802 section 3, as a server does it, from the password. */
async function serverSide(clientFirstBare: string, clientFinal: string) {
  const key = await crypto.subtle.importKey('raw', bytes('pencil'), 'PBKDF2', false, ['deriveBits']);
  const salt = new Uint8Array(fromBase64('W22ZaJ0SNY7soEsUEjb6gQ==') ?? []);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 4096 };
  const salted = new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
  const clientKey = await hmac(salted, bytes('Client Key'));
  const storedKey = new Uint8Array(await crypto.subtle.digest('SHA-256', clientKey));
  const [withoutProof = '', proof = ''] = clientFinal.split(',p=');
  const signed = bytes(`${clientFirstBare},${challenge},${withoutProof}`);
  const signature = await hmac(storedKey, signed);
  const proven = (fromBase64(proof) ?? new Uint8Array(0)).map((byte, i) => byte ^ (signature[i] ?? 0));
  const serverKey = await hmac(salted, bytes('Server Key'));
  return { isProven: toBase64(proven) === toBase64(clientKey), final: await hmac(serverKey, signed) };
}

describe('SCRAM-PLUS', () => {
  it('proves the password together with the binding', async () => {
    const mechanism = scram('SHA-256', credentials, { nonce: 'nonce', channelBinding: binding });
    expect(mechanism.name).toBe('SCRAM-SHA-256-PLUS');
    expect(text(mechanism.initial())).toBe('p=tls-server-end-point,,n=user,r=nonce');
    const final = text(await mechanism.respond(bytes(challenge)));
    const c = fromBase64(/^c=([^,]*)/.exec(final)?.[1] ?? '');
    expect(c).toEqual(new Uint8Array([...bytes('p=tls-server-end-point,,'), ...binding.data]));
    const checked = await serverSide('n=user,r=nonce', final);
    expect(checked.isProven).toBe(true);
    mechanism.finish(bytes(`v=${toBase64(checked.final)}`));
  });

  it('keeps the authorization identity in the header that is bound', () => {
    const acting = { ...credentials, authorizationIdentity: 'other' };
    const channelBinding = { ...binding, type: 'tls-exporter' as const };
    const first = text(scram('SHA-1', acting, { nonce: 'nonce', channelBinding }).initial());
    expect(first).toBe('p=tls-exporter,a=other,n=user,r=nonce');
  });

  it('says y where the server listed no binding, and that in the proof', async () => {
    const mechanism = scram('SHA-256', credentials, { nonce: 'nonce', channelBinding: 'not-offered' });
    expect(mechanism.name).toBe('SCRAM-SHA-256');
    expect(text(mechanism.initial())).toBe('y,,n=user,r=nonce');
    expect(text(await mechanism.respond(bytes(challenge)))).toMatch(/^c=eSws,/);
  });
});

describe('chooseMechanism with a binding', () => {
  const choose = (offered: string[], channelBinding?: ChannelBinding, only?: string[]) => {
    const mechanism = chooseMechanism(offered, credentials, {
      allowCleartext: true,
      server,
      channelBinding,
      only,
    });
    return `${mechanism.name} ${text(mechanism.initial()).slice(0, 2)}`;
  };

  it.each([
    [['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'], 'SCRAM-SHA-256-PLUS p='],
    [['scram-sha-256', 'scram-sha-1-plus'], 'SCRAM-SHA-1-PLUS p='],
    [['SCRAM-SHA-256', 'PLAIN'], 'SCRAM-SHA-256 y,'],
    [['SCRAM-SHA-1'], 'SCRAM-SHA-1 y,'],
  ])('%j', (offered, chosen) => {
    expect(choose(offered, binding)).toBe(chosen);
  });

  it('says n where it cannot bind, or may not', () => {
    const offered = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'];
    expect(choose(offered)).toBe('SCRAM-SHA-256 n,');
    expect(choose(offered, binding, ['SCRAM-SHA-256'])).toBe('SCRAM-SHA-256 n,');
    expect(() => choose(['SCRAM-SHA-256-PLUS'])).toThrow(FairleadError);
  });
});

describe('channelBindingOf', () => {
  it('takes the first type that the connection has', async () => {
    const tls = {
      channelBinding: async (type: string) => {
        if (type === 'tls-exporter') throw usage('none under TLS 1.2');
        return Uint8Array.of(1);
      },
    };
    expect(await channelBindingOf(tls, ['tls-exporter', 'tls-server-end-point'])).toEqual({
      type: 'tls-server-end-point',
      data: Uint8Array.of(1),
    });
    expect(await channelBindingOf(tls, ['tls-exporter'])).toBeUndefined();
    expect(await channelBindingOf(undefined, ['tls-exporter'])).toBeUndefined();
  });

  it('passes on what is no absence', async () => {
    const lost = new FairleadError('connection_lost', 'gone');
    const tls = { channelBinding: () => Promise.reject(lost) };
    await expect(channelBindingOf(tls, ['tls-exporter'])).rejects.toBe(lost);
  });
});
