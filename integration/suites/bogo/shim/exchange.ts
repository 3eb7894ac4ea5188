// One test: connects as often as the flags say, checks what they expect, and answers what it reads with every bit turned.
import { readFileSync } from 'node:fs';
import { type FairleadError, isFairleadError, type Transport } from '@fairlead/transport';
import { createConnector, tlsOptionsOf } from './client.ts';
import { atTime } from './clock.ts';
import { type Flags, readFlags, UnknownFlag } from './flags.ts';
import { InnerConnector } from './inner.ts';

/** How the shim ends. */
export interface Outcome {
  /** 0; 1 for a connection that failed; 89 for a flag that is not known; 90 for what must never happen. */
  readonly status: number;
  readonly stderr: string;
}

/** Something is not as the flags expect. The runner counts it as a failure even where the test should fail. */
class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

const HELLO = new TextEncoder().encode('hello');

/** @param signal Fires when nobody waits for the outcome any more. */
export async function runTest(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  try {
    await runConnections(args, signal);
    return { status: 0, stderr: '' };
  } catch (error) {
    if (error instanceof UnknownFlag) return { status: 89, stderr: `${error.message}\n` };
    if (isFairleadError(error))
      return { status: error.code === 'usage' ? 90 : 1, stderr: `${describe(error)}\n` };
    return { status: 90, stderr: `${error instanceof Error ? error.stack : error}\n` };
  }
}

async function runConnections(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { initial, resume } = readFlags(args);
  const inner = new InnerConnector(initial.has('async'));
  const connector = createConnector(initial, inner.connect);
  const startedAt = Date.now();
  const resumptions = initial.number('resume-count') ?? 0;
  for (let turn = 0; turn <= resumptions; turn++) {
    const flags = turn === 0 ? initial : resume;
    const address = { hostname: '::1', port: initial.number('port') ?? 0 };
    const delayMs = turn * 1000 * (flags.number('resumption-delay') ?? 0);
    await atTime(startedAt + delayMs, async () => {
      const tls = flags.has('implicit-handshake') ? 'starttls' : 'implicit';
      const tlsOptions = tlsOptionsOf(flags);
      const transport = await connector(address, { tls, tlsOptions, signal, allowHalfOpen: true });
      try {
        if (tls === 'starttls') await transport.startTls();
        check(transport, flags, turn > 0, inner.takeHellos());
        await exchange(transport, flags);
      } finally {
        await transport.close();
      }
    });
  }
}

/** What can be seen of the session, against what the flags expect. */
function check({ tls }: Transport, flags: Flags, resuming: boolean, hellos: number): void {
  if (tls === undefined) throw new Unexpected('the transport tells nothing of its TLS');
  const expect = (what: string, found: unknown, wanted: unknown): void => {
    if (wanted !== undefined && found !== wanted) throw new Unexpected(`${what} is ${found}, not ${wanted}`);
  };
  const version = flags.number('expect-version');
  expect('version', tls.version, version && (version === 0x0304 ? 'TLSv1.3' : 'TLSv1.2'));
  expect('resumed', tls.resumed, resuming && !flags.has('expect-session-miss'));
  expect('alpn', tls.alpn ?? '', flags.text('expect-alpn') ?? '');
  if (flags.has('expect-hrr')) expect('the number of ClientHellos', hellos, 2);
  if (flags.has('expect-no-hrr')) expect('the number of ClientHellos', hellos, 1);
  const file = flags.text('expect-peer-cert-file');
  if (file !== undefined) {
    const wanted = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+/g) ?? [];
    const found = tls.peerCertificates.map(({ der }) => Buffer.from(der).toString('base64'));
    expect('the chain', found.join(), wanted.map((pem) => pem.replace(/-.*-|\s/g, '')).join());
  }
}

async function exchange(transport: Transport, flags: Flags): Promise<void> {
  const length = flags.number('export-keying-material');
  if (length !== undefined) {
    const text = flags.text('export-context') ?? '';
    const context = flags.has('use-export-context') ? Buffer.from(text, 'latin1') : undefined;
    const label = flags.text('export-label') ?? '';
    const material = await transport.tls?.exportKeyingMaterial(label, context, length);
    if (material !== undefined) await transport.write(material);
  }
  if (flags.has('shim-writes-first')) await transport.write(HELLO);
  if (!flags.has('shim-shuts-down')) return echo(transport, flags.has('check-close-notify'));
  await transport.closeWrite();
  if (!flags.has('check-close-notify')) return;
  if ((await transport.read()) !== undefined) throw new Unexpected('bytes came behind close_notify');
}

async function echo(transport: Transport, checkEnd: boolean): Promise<void> {
  for (;;) {
    const bytes = await transport.read().catch((error: unknown) => {
      if (!checkEnd && isTruncation(error)) return undefined;
      throw error;
    });
    if (bytes === undefined) return;
    await transport.write(bytes.map((byte) => byte ^ 0xff));
  }
}

/** Whether the server ended TCP without a close_notify, which the runner takes for an end unless it says otherwise. */
function isTruncation(error: unknown): boolean {
  return isFairleadError(error) && error.code === 'connection_lost' && error.reason === undefined;
}

/** For whoever reads why a test failed. */
function describe({ code, reason, message }: FairleadError): string {
  return `${code} ${reason ?? ''}: ${message}`;
}
