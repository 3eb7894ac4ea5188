// The authority, the servers' and the clients' certificates of one run, as files for the servers and as PEM for the clients.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, makeKey, privatePem, type TestKeyKind } from '../x509/make-certificate.ts';

/** The kinds of keys that servers and clients have here. */
export const KINDS = ['ec-p256', 'ec-p384', 'rsa', 'ed25519'] as const satisfies readonly TestKeyKind[];

/** One of them. */
export type Kind = (typeof KINDS)[number];

/** A certificate and its key. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** All of one run. */
export interface Pki extends Disposable {
  readonly ca: string;
  readonly caFile: string;
  readonly servers: Readonly<Record<Kind, Credentials>>;
  readonly clients: Readonly<Record<Kind, Credentials>>;
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** Makes them, in a folder of their own that goes with them. */
export async function makePki(): Promise<Pki> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tls-'));
  const authority = await makeCertificate({ subject: 'CN=Interop authority', ca: true });
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const issue = async (side: 'server' | 'client', kind: Kind): Promise<Credentials> => {
    const key = await makeKey(kind);
    const { pem: cert } = await makeCertificate({
      subject: `CN=${side} ${kind}`,
      signer: authority,
      key,
      san: side === 'server' ? ['DNS:localhost', 'IP:127.0.0.1'] : [`DNS:${kind}.example`],
      extKeyUsage: [side === 'server' ? SERVER_AUTH : CLIENT_AUTH],
    });
    const keyPem = await privatePem(key);
    const name = `${side}-${kind}`;
    return { cert, key: keyPem, certFile: file(`${name}.pem`, cert), keyFile: file(`${name}.key`, keyPem) };
  };
  const all = async (side: 'server' | 'client'): Promise<Readonly<Record<Kind, Credentials>>> => ({
    'ec-p256': await issue(side, 'ec-p256'),
    'ec-p384': await issue(side, 'ec-p384'),
    rsa: await issue(side, 'rsa'),
    ed25519: await issue(side, 'ed25519'),
  });
  return {
    ca: authority.pem,
    caFile: file('ca.pem', authority.pem),
    servers: await all('server'),
    clients: await all('client'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
