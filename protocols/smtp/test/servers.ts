// Vitest's global setup: a mail server of another hand in Node, by STARTTLS and by TLS from the first byte; over HTTP, the
// mails that it caught, and signatures verified by mailauth. And keys for DKIM, made for the run.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testAuthority } from '@fairlead/testkit/authority';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { TestProject } from 'vitest/node';

/** A mail that was caught. */
export interface Caught {
  readonly from: unknown;
  readonly to: readonly string[];
  /** In base64: dots unstuffed, nothing else changed. */
  readonly raw: string;
  readonly user: unknown;
  readonly tls: boolean;
}

/** Private keys as PEM, and what stands in the DNS for them. */
export interface DkimKeys {
  readonly rsa: { readonly pkcs1: string; readonly pkcs8: string; readonly record: string };
  readonly ed25519: { readonly pkcs8: string; readonly record: string };
}

declare module 'vitest' {
  interface ProvidedContext {
    mail: {
      readonly startTls: number;
      readonly implicit: number;
      /** By STARTTLS, and it says goodbye to whoever is silent for 300 ms. */
      readonly impatient: number;
      readonly control: string;
    };
    dkim: DkimKeys;
  }
}

const mails: Caught[] = [];
const listening: { close(callback: () => void): unknown }[] = [];

const USERS: Readonly<Record<string, string>> = { app: 'secret', jürgen: 'pässwörd' };

const options: SMTPServerOptions = {
  authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'],
  size: 60_000_000,
  logger: false,
  onAuth(auth, _session, done) {
    const known = USERS[auth.username ?? ''];
    const good =
      auth.method === 'XOAUTH2'
        ? auth.accessToken === 'token'
        : known !== undefined && (auth.password === known || auth.validatePassword?.(known) === true);
    done(null, good ? { user: auth.username } : {});
  },
  onRcptTo({ address }, _session, done) {
    if (!address.startsWith('nobody')) return done();
    done(Object.assign(new Error('5.1.1 No such user'), { responseCode: 550 }));
  },
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      mails.push({
        from: mailFrom,
        to: rcptTo.map(({ address }) => address),
        raw: Buffer.concat(chunks).toString('base64'),
        user: session.user,
        tls: session.secure,
      });
      done(null, '2.0.0 Ok: caught');
    });
  },
};

export async function setup(project: TestProject): Promise<void> {
  const certificate = testAuthority().issue({ names: ['127.0.0.1', 'localhost'] });
  const keys = makeKeys();
  project.provide('dkim', keys);
  project.provide('mail', {
    startTls: await listen({ ...certificate, ...options }),
    implicit: await listen({ ...certificate, ...options, secure: true }),
    impatient: await listen({ ...certificate, ...options, socketTimeout: 300 }),
    control: `http://127.0.0.1:${await listenControl(keys)}`,
  });
}

export async function teardown(): Promise<void> {
  await Promise.all(listening.map((one) => new Promise<void>((resolve) => one.close(resolve))));
}

async function listen(settings: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer(settings);
  server.on('error', () => undefined);
  listening.push(server);
  const bound = server.listen(0, '127.0.0.1');
  await once(bound, 'listening');
  return (bound.address() as AddressInfo).port;
}

/** `GET /<recipient>`: the mails to it. `POST /`: what mailauth says about the message in the body. */
async function listenControl(keys: DkimKeys): Promise<number> {
  const records: Readonly<Record<string, string>> = {
    'rsa._domainkey.sender.test': keys.rsa.record,
    'ed._domainkey.sender.test': keys.ed25519.record,
  };
  const server: Server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      const to = decodeURIComponent(request.url?.slice(1) ?? '');
      response.end(JSON.stringify(mails.filter((mail) => mail.to.includes(to))));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const resolver = async (name: string) => [[records[name] ?? '']];
    const { results } = await dkimVerify(Buffer.concat(chunks), { resolver, strict: true });
    response.end(JSON.stringify(results.map(({ status, algo, info }) => ({ status, algo, info }))));
  });
  listening.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function makeKeys(): DkimKeys {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed = generateKeyPairSync('ed25519');
  const spki = rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  // The key itself, without what SPKI has in front.
  const raw = ed.publicKey.export({ type: 'spki', format: 'der' }).subarray(12).toString('base64');
  return {
    rsa: {
      pkcs1: String(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })),
      pkcs8: String(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      record: `v=DKIM1; k=rsa; p=${spki}`,
    },
    ed25519: {
      pkcs8: String(ed.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      record: `v=DKIM1; k=ed25519; p=${raw}`,
    },
  };
}
