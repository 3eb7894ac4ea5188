// What every compliance case is made with: dialling a puppet, commanding it, collecting, failing in time.
import type { ConnectOptions, Connector, FairleadError, Transport } from '@fairlead/transport';
import { isFairleadError } from '@fairlead/transport';
import { expect } from 'vitest';
import { concatBytes, toBytes, toText } from '../bytes.ts';
import type { PuppetPorts } from '../puppet/ports.ts';
import { pause } from '../script/steps.ts';
import type { Capability, ComplianceWorld } from './world.ts';

/** One behaviour that every connector must show. */
export interface ComplianceCase {
  readonly name: string;
  /** Where one of these is not there, the case asserts that the reason is declared. */
  readonly needs?: readonly Capability[];
  run(lab: Lab): Promise<void>;
}

/** What `at once` means on a machine that is busy with other things. */
export const AT_ONCE_MS = 1_500;
/** No case waits longer than this for anything. */
const PATIENCE_MS = 8_000;

/** A connector in its world. Everything that it opens is destroyed when the case is over. */
export class Lab implements Disposable {
  readonly connector: Connector;
  readonly world: ComplianceWorld;
  readonly #opened: Transport[] = [];

  constructor(connector: Connector, world: ComplianceWorld) {
    this.connector = connector;
    this.world = world;
  }

  /** Dials a port of the world by its name. */
  async dial(port: keyof PuppetPorts, options?: ConnectOptions): Promise<Transport> {
    const { hostname, ports } = this.world;
    const transport = await this.connector({ hostname, port: ports[port] }, options);
    this.#opened.push(transport);
    return transport;
  }

  /** Dials a puppet and gives it its command. */
  async command(command: string, options?: ConnectOptions): Promise<Transport> {
    const transport = await this.dial(options?.tls === 'implicit' ? 'tls' : 'plain', options);
    await transport.write(toBytes(`${command}\n`));
    return transport;
  }

  /** Commands an upgrade and reads the puppet's `go`. */
  async commandStartTls(command: string, options?: ConnectOptions): Promise<Transport> {
    const transport = await this.command(command, { ...options, tls: 'starttls' });
    expect(await readText(transport)).toBe('go\n');
    return transport;
  }

  /** A name that no other case uses. */
  name(): string {
    return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  }

  /** What a `tally` puppet counted: `<bytes> intact`, if it was the pattern. */
  async told(name: string): Promise<string> {
    const asking = await this.command(`told ${name}`);
    const answer = await readText(asking);
    asking.destroy(new Error('told'));
    return (answer ?? '').trim();
  }

  [Symbol.dispose](): void {
    for (const transport of this.#opened) transport.destroy(new Error('the case is over'));
  }
}

/** Fails a wait that has no end, saying what was waited for. */
export async function inTime<T>(what: string, work: Promise<T>, ms: number = PATIENCE_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The rejection of `work`, which must come in time. */
export async function rejection(work: Promise<unknown>, ms?: number): Promise<unknown> {
  const outcome = inTime('a rejection', work, ms).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const settled = await outcome;
  if ('value' in settled) throw new Error(`should have been rejected, but gave ${describe(settled.value)}`);
  return settled.error;
}

/** The `FairleadError` with which `work` is rejected. */
export async function failure(work: Promise<unknown>, code: string, ms?: number): Promise<FairleadError> {
  const error = await rejection(work, ms);
  if (!isFairleadError(error)) throw new Error(`no FairleadError: ${describe(error)}`, { cause: error });
  expect(error.code, error.message).toBe(code);
  return error;
}

/** Whether `work` settles within `ms`. */
export async function settles(work: Promise<unknown>, ms: number): Promise<boolean> {
  const done = work.then(
    () => true,
    () => true,
  );
  return Promise.race([done, pause(ms).then(() => false)]);
}

/** The next bytes as text, in time. */
export async function readText(transport: Transport): Promise<string | undefined> {
  const bytes = await inTime('a read', transport.read());
  return bytes && toText(bytes);
}

/** Everything up to the end of the stream, or up to `size` bytes. */
export async function readAll(transport: Transport, size = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < size) {
    const bytes = await inTime(`a read behind ${length} bytes`, transport.read());
    if (!bytes) break;
    chunks.push(bytes.slice());
    length += bytes.length;
  }
  return concatBytes(chunks);
}

/** Asserts that a message lets a person act: what was tried, how, for how long, and what commonly causes it. */
export function expectHelpful(error: FairleadError, host: string, port: number, tls: string): void {
  expect(error.message).toContain(`${host}:${port}`);
  expect(error.message.toLowerCase()).toContain('tls');
  expect(error.message).toContain(tls);
  expect(error.message).toMatch(/\b\d+ ms\b/);
  expect(error.message.length).toBeGreaterThan(60);
  expect(error.peer).toMatchObject({ hostname: host, port });
}

function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return value instanceof Error ? `${value.name}: ${value.message}` : String(value);
}
