// The two roles of a connection: the writer, which is its URL, and a reader with a URL of its own, where the entry has `readUrl`.
// It reads and refuses; it dials nothing.
import type { Address } from '@fairlead/transport';
import type { Connection, ConnectionReader, RouteModule } from '../app/contract.ts';

/** Who a request is to the server. */
export type Role = 'writer' | 'reader';

/**
 * Members of an entry that say where the writer is and who it is, or that only fit its server. The reader has none of them: all
 * of that stands in `readUrl`.
 */
const OF_THE_WRITER: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'hostname',
  'port',
  'hosts',
  'username',
  'password',
  'database',
  'targetSessionAttrs',
  'loadBalanceHosts',
]);

/** An entry, as far as it is read. */
interface WriterEntry {
  readonly owner: Pick<RouteModule, 'readUrl' | 'schemes'>;
  readonly url: URL;
  readonly address: Address;
  /** The entry's further members. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Reads the member `readUrl` of an entry.
 * @param addressOf The host and port of a URL, where they are sound.
 * @param refuse Is told what is wrong with the member.
 */
export function readReader(
  text: unknown,
  writer: WriterEntry,
  addressOf: (url: URL) => Address | undefined,
  refuse: (message: string) => void,
): ConnectionReader | undefined {
  if (text === undefined) return undefined;
  if (!writer.owner.readUrl) {
    refuse('is not for this protocol, which has no role that may only read');
    return undefined;
  }
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  const address = url && addressOf(url);
  if (url === undefined || url.hostname === '' || address === undefined) refuse('is not a URL with a host');
  else if (!writer.owner.schemes.includes(url.protocol))
    refuse(`has a scheme that is none of ${writer.owner.schemes.join(' ')}`);
  else if (isWriter(url, address, writer))
    refuse('is the same role on the same server as "url": name a role of its own, or a replica');
  else {
    const own = Object.entries(writer.options).filter(([name]) => !OF_THE_WRITER.has(name));
    return { url, address, options: Object.fromEntries(own) };
  }
  return undefined;
}

/** Whether a reader's URL leads to the writer itself. */
function isWriter(
  url: URL,
  address: Address,
  { url: own, address: ownAddress, options }: WriterEntry,
): boolean {
  // Members are plain text, and parts of a URL percent-encoded.
  const { username = decoded(own.username), database = decoded(own.pathname.slice(1)) } = options;
  return (
    decoded(url.username) === username &&
    decoded(url.pathname.slice(1)) === database &&
    address.hostname === ownAddress.hostname &&
    address.port === ownAddress.port
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where a role is, and what its client is opened with. */
export interface RoleSettings extends ConnectionReader {
  readonly role: Role;
}

/** The connection's settings for a role: the reader's are the writer's where the entry has no `readUrl`. */
export function settingsOf({ url, address, options, reader }: Connection, role: Role): RoleSettings {
  if (role === 'reader' && reader !== undefined) return { role, ...reader };
  return { role: 'writer', url, address, options };
}

/** The roles that a connection has, each with its settings: the writer, and the reader where the entry has `readUrl`. */
export function rolesOf(connection: Connection): readonly RoleSettings[] {
  const writer = settingsOf(connection, 'writer');
  return connection.reader === undefined ? [writer] : [writer, settingsOf(connection, 'reader')];
}
