// Servers without a wire: what each says of itself, and the connections that were opened to them.
import { type CallLimit, deferred } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { formatAddress } from '@fairlead/transport';
import type { CommandLink, ServerDescription } from '../../src/connection/types.ts';
import { readSettings } from '../../src/options/read-settings.ts';
import type { OpenLink, Settings } from '../../src/options/settings.ts';
import type { ConnectOptions } from '../../src/types/options.ts';

/** What a server does when it is dialled. `'hang'`: it never answers. */
export type Answer = Partial<ServerDescription> | Error | 'hang';

/** A connection that notes how it ended. */
export interface FakeLink extends CommandLink {
  end: 'closed' | 'destroyed' | undefined;
}

/** Servers by `host:port`; a test changes them as it goes. */
export interface FakeServers {
  readonly openLink: OpenLink;
  readonly servers: Map<string, Answer>;
  /** Every dial, in order. */
  readonly dials: string[];
  readonly links: FakeLink[];
  /** Connections that are open. */
  open(): string[];
  /** The most dials that were on their way at once. */
  mostAtOnce(): number;
}

const STANDALONE: ServerDescription = {
  kind: 'standalone',
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  setName: undefined,
  hosts: [],
  primary: undefined,
  me: undefined,
  tags: {},
  electionId: undefined,
  setVersion: undefined,
  topologyVersion: undefined,
  serviceId: undefined,
  lastWriteDate: undefined,
};

/** Servers that answer a turn later, or as they are told. */
export function fakeServers(answers: Readonly<Record<string, Answer>>, delayMs = 0): FakeServers {
  const servers = new Map(Object.entries(answers));
  const dials: string[] = [];
  const links: FakeLink[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const openLink = async (address: Parameters<OpenLink>[0], _settings: Settings, limit: CallLimit) => {
    const name = formatAddress(address);
    dials.push(name);
    atOnce++;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    try {
      const answer = servers.get(name) ?? refused();
      await waitFor(answer === 'hang' ? limit.at - Date.now() : delayMs, limit);
      if (answer === 'hang') throw new FairleadError('connect_timeout', 'hangs', { safeToRetry: true });
      if (answer instanceof Error) throw answer;
      const link = fakeLink(name, { ...STANDALONE, ...answer });
      links.push(link);
      return link;
    } finally {
      atOnce--;
    }
  };
  const open = () => links.filter(({ end }) => end === undefined).map(({ address }) => address);
  return { openLink, servers, dials, links, open, mostAtOnce: () => mostAtOnce };
}

/** What a dial without a listener fails with. */
export function refused(): FairleadError {
  return new FairleadError('connect_failed', 'refused', { safeToRetry: true });
}

/** A member of the set `rs0`, whose members are a, b and c unless said otherwise. */
export function member(kind: ServerDescription['kind'], rest: Partial<ServerDescription> = {}): Answer {
  return { kind, setName: 'rs0', hosts: ['a:27017', 'b:27017', 'c:27017'], ...rest };
}

/** The settings of a client, plain and in a hurry. */
export function settingsOf(url: string, options: ConnectOptions = {}): Settings {
  return readSettings(url, { tls: false, connectTimeoutMs: 2_000, ...options });
}

/** A call's limit. */
export function within(timeoutMs: number, signal?: AbortSignal): CallLimit {
  return { signal, timeoutMs, at: Date.now() + timeoutMs };
}

async function waitFor(ms: number, { signal }: CallLimit): Promise<void> {
  const { promise, resolve, reject } = deferred<void>();
  const abort = () => reject(new FairleadError('aborted', 'aborted', { safeToRetry: true }));
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  const timer = setTimeout(() => resolve(), Math.max(0, ms));
  await promise.finally(() => clearTimeout(timer));
}

function fakeLink(address: string, server: ServerDescription): FakeLink {
  const closed = deferred<void>();
  const [hostname = '', port] = address.split(':');
  const endAs = (link: FakeLink, end: 'closed' | 'destroyed') => {
    link.end ??= end;
    closed.resolve();
  };
  return {
    peer: { hostname, port: Number(port), tls: false },
    address,
    server,
    end: undefined,
    get isUsable(): boolean {
      return this.end === undefined;
    },
    closed: closed.promise,
    command: () => Promise.reject(new Error('no commands here')),
    async close(): Promise<void> {
      endAs(this, 'closed');
    },
    destroy(): void {
      endAs(this, 'destroyed');
    },
  };
}
