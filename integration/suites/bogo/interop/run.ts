// The client against crypto/tls of Go, with a private authority: versions, keys, groups, suites, client certificates, ALPN,
// resumption, exporters, bulk, and what is refused.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TLS_CHACHA20_POLY1305_SHA256 } from '@fairlead/tls/chacha20';
import { tls12 } from '@fairlead/tls/tls12';
import { overTls } from '@fairlead/tls/workerd';
import {
  type Connector,
  isFairleadError,
  nodeSocket,
  type TlsOptions,
  type Transport,
} from '@fairlead/transport';
import { type Case, cases } from './cases.ts';

const NAME = 'interop.example';
const BULK = new Uint8Array(1_000_003).map((_, i) => i * 31);

/** What server.go tells of a connection. */
interface Report {
  readonly version: number;
  readonly suite: number;
  readonly serverName: string;
  readonly alpn: string;
  readonly resumed: boolean;
  readonly client: string;
  readonly exported: string;
}

/**
 * Runs all cases.
 * @param program server.go, built.
 * @param folder Empty; the server writes its keys there.
 * @returns What is wrong, a line for each case.
 */
export async function runInterop(
  program: string,
  folder: string,
): Promise<{ count: number; failures: string[] }> {
  const all = cases();
  const server = spawn(program, [folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(server, 'close');
  try {
    server.stdin.write(
      JSON.stringify(all.map(({ server: { curve = 0, suite = 0, ...rest } }) => ({ curve, suite, ...rest }))),
    );
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const ports = JSON.parse(line) as number[];
    const failures: string[] = [];
    for (const [i, tried] of all.entries()) {
      const problem = await run(tried, ports[i] ?? 0, folder).catch(String);
      if (problem !== undefined) failures.push(`${tried.name}: ${problem}`);
    }
    return { count: all.length, failures };
  } finally {
    server.stdin.end();
    await ended;
  }
}

/** @returns What is wrong. */
async function run(tried: Case, port: number, folder: string): Promise<string | undefined> {
  const connector = connectorOf(tried, folder);
  if (tried.fails === undefined) {
    return (await succeed(tried, connector, port, false)) ?? (await succeed(tried, connector, port, true));
  }
  try {
    // In TLS 1.3 the server refuses a client behind the client's handshake: the first read tells.
    await using transport = await connector({ hostname: '::1', port }, { tls: 'implicit' });
    await transport.read();
  } catch (error) {
    const found = isFairleadError(error) ? (error.alert ?? error.reason) : String(error);
    return found === tried.fails ? undefined : `fails with ${found}, not ${tried.fails}`;
  }
  return `succeeds, and ${tried.fails} was due`;
}

function connectorOf({ client, alpn, servername = NAME }: Case, folder: string): Connector {
  const file = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const identity: TlsOptions = client ? { cert: file(`${client}.pem`), key: file(`${client}.key`) } : {};
  const cipherSuites = [TLS_CHACHA20_POLY1305_SHA256];
  return overTls(
    { ca: file('ca.pem'), servername, alpn, versions: [tls12], cipherSuites, ...identity },
    nodeSocket,
  );
}

async function succeed(
  tried: Case,
  connector: Connector,
  port: number,
  resumes: boolean,
): Promise<string | undefined> {
  await using transport = await connector({ hostname: '::1', port }, { tls: 'implicit' });
  const { tls } = transport;
  if (tls === undefined) return 'the transport tells nothing of its TLS';
  const report = await readReport(transport);
  const context = new TextEncoder().encode('context');
  const exported = await tls.exportKeyingMaterial('EXPORTER-fairlead', context, 32);
  const { server, client = '' } = tried;
  const alpn = server.alpn?.[0] ?? '';
  const checks: readonly (readonly [what: string, found: unknown, wanted: unknown])[] = [
    ['version', report.version, server.version],
    ["the client's version", tls.version, server.version === 0x0304 ? 'TLSv1.3' : 'TLSv1.2'],
    ['suite', report.suite, server.suite ?? report.suite],
    ['server name', report.serverName, NAME],
    ['ALPN', report.alpn, alpn],
    ["the client's ALPN", tls.alpn ?? '', alpn],
    ['resumed', report.resumed, resumes],
    ["the client's resumed", tls.resumed, resumes],
    ['client certificate', report.client, client],
    ['exporter', report.exported, Buffer.from(exported).toString('hex')],
    ['bulk', await echoes(transport), true],
  ];
  const wrong = checks.find(([, found, wanted]) => found !== wanted);
  return wrong && `${wrong[0]} is ${wrong[1]}, not ${wrong[2]}${resumes ? ', resumed' : ''}`;
}

async function readReport(transport: Transport): Promise<Report> {
  let text = '';
  while (!text.endsWith('\n')) {
    const bytes = await transport.read();
    if (bytes === undefined) throw new Error('the server ended');
    text += Buffer.from(bytes).toString('utf8');
  }
  return JSON.parse(text) as Report;
}

/** Whether a megabyte comes back as it was. */
async function echoes(transport: Transport): Promise<boolean> {
  const writing = transport.write(BULK);
  for (let at = 0; at < BULK.length; ) {
    const bytes = await transport.read();
    if (bytes === undefined || Buffer.compare(bytes, BULK.subarray(at, at + bytes.length)) !== 0)
      return false;
    at += bytes.length;
  }
  await writing;
  return true;
}
