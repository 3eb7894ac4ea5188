// One connection of the client to a scripted server inside this process: it comes to an end in time, by success or by an error that
// callers can act on, or the test fails.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { expect } from 'vitest';
import { type OverTlsOptions, overTls } from '../../src/workerd.ts';
import { integer, sequence } from '../x509/der-writer.ts';
import { makeCertificate, makeKey, type TestCertificate } from '../x509/make-certificate.ts';
import { type Identity, type Script, ScriptedServer, type Verdict } from './server/server.ts';

/** Who is dialled. */
export const ADDRESS = { hostname: 'db.test', port: 5433 };
const PING = new TextEncoder().encode('ping');
/** Longer than anything here takes; who waits longer hangs. */
const HANGS_MS = 8_000;

/** An authority, a server's identity below it. */
export interface Pki {
  readonly ca: string;
  readonly authority: TestCertificate;
  readonly identity: Identity;
}

/** A certificate chain and who signs with its key (P-256). */
export function identityOf(certificate: TestCertificate, above: readonly TestCertificate[] = []): Identity {
  const { privateKey } = certificate.key;
  return {
    chain: [certificate, ...above].map(({ der }) => der),
    scheme: 0x0403,
    sign: async (data) => {
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      const raw = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, data));
      return sequence(...[raw.subarray(0, 32), raw.subarray(32)].map((half) => integer(trimmed(half))));
    },
  };
}

function trimmed(number: Uint8Array): Uint8Array {
  const first = number.findIndex((byte) => byte !== 0);
  return number.subarray(first < 0 ? number.length - 1 : first);
}

/** Makes the authority and the server's certificate. */
export async function makePki(): Promise<Pki> {
  const authority = await makeCertificate({ subject: 'CN=authority', ca: true, key: await makeKey() });
  const server = await makeCertificate({ subject: 'CN=server', signer: authority, san: ['DNS:db.test'] });
  return { ca: authority.pem, authority, identity: identityOf(server) };
}

/** What a server does besides its script. */
export interface Behaviour {
  readonly script: Script;
  /** Sends the bytes of the flight otherwise. Default: in one piece. */
  readonly wire?: (bytes: Uint8Array, server: MemoryServer) => Promise<void>;
  /** In place of the usual: answer the first data with the same, and wait for the end. */
  readonly after?: (server: ScriptedServer, raw: MemoryServer, verdict: Verdict) => Promise<void>;
  readonly options?: OverTlsOptions;
  /** Default 5 seconds. */
  readonly connectTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How it ended. */
export type Outcome =
  | { readonly kind: 'success'; readonly verdict: Verdict | undefined }
  | { readonly kind: 'failed'; readonly error: FairleadError; readonly verdict: Verdict | undefined };

/** Connects, says `ping`, wants it back, closes. @throws Where it hangs, or fails with anything but a FairleadError. */
export async function attempt(behaviour: Behaviour, ca: string): Promise<Outcome> {
  let verdict: Verdict | undefined;
  const connect = overTls(
    { ca, ...behaviour.options },
    memoryConnector(async (raw) => {
      verdict = await serve(raw, behaviour);
    }),
  );
  const { connectTimeoutMs = 5_000, signal } = behaviour;
  const run = async (): Promise<void> => {
    await using transport = await connect(ADDRESS, { tls: 'implicit', connectTimeoutMs, signal });
    await transport.write(PING);
    const back = await transport.read(PING.length);
    if (back === undefined) throw new FairleadError('connection_lost', 'the server ended without an answer');
    expect([...back]).toEqual([...PING]);
  };
  try {
    await inTime(run());
    return { kind: 'success', verdict };
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    return { kind: 'failed', error, verdict };
  }
}

/** @throws Error where it takes too long. */
export async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), HANGS_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function serve(raw: MemoryServer, { script, wire, after }: Behaviour): Promise<Verdict> {
  const server = new ScriptedServer(
    {
      read: async () => (await raw.read())?.slice(),
      write: (bytes) => (wire === undefined ? raw.write(bytes) : wire(bytes, raw)),
    },
    script,
  );
  const verdict = await server.play();
  if (after !== undefined) {
    await after(server, raw, verdict);
  } else if (verdict.kind === 'finished') {
    await echo(server);
    raw.end();
  } else {
    raw.end();
  }
  return verdict;
}

/** Sends the first data back and says goodbye. */
export async function echo(server: ScriptedServer): Promise<void> {
  for (;;) {
    const record = await server.records.next();
    if (record === undefined) return;
    if (record.type !== 23 || record.content.length === 0) continue;
    await server.sendData(record.content);
    await server.sendAlert(1, 0);
    return;
  }
}

/** Fails unless the outcome is a refusal of the server's TLS, or of its end. */
export function expectRefused(outcome: Outcome, what: string): void {
  if (outcome.kind !== 'failed') throw new Error(`${what}: it was accepted`);
  expect(['tls_failed', 'connection_lost'], `${what}: ${outcome.error.message}`).toContain(
    outcome.error.code,
  );
}
