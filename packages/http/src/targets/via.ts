// The member `via` of a connection's entry: a binding of the Worker through which the connection is dialled, in place of the open
// internet. It reads the entry and finds the binding; it opens nothing.
import { bindingSocket, type ConnectBinding, type Connector } from '@fairlead/transport';
import { HttpProblem } from '../problems/http-problem.ts';

/** The Worker's bindings, as far as an entry can name them. */
export type Bindings = Readonly<Record<string, unknown>>;

/** What an entry says, before it is checked. */
type Entry = Readonly<Record<string, unknown>>;

/** Is told what is wrong with an entry, and where. */
type Refuse = (path: readonly PropertyKey[], message: string) => void;

/** A binding's name is one in JavaScript. */
const NAME = /^[A-Za-z_$][\w$]{0,63}$/;

/**
 * The entry with what its binding gives: a Hyperdrive binding brings the URL. Faults are told.
 * @param env The bindings; `undefined` where only the settings are read, and the Worker is elsewhere.
 */
export function throughBinding(entry: Entry, env: Bindings | undefined, refuse: Refuse): Entry {
  const { via, url, pool = false } = entry;
  if (via === undefined) return entry;
  if (typeof via !== 'string' || !NAME.test(via)) {
    refuse(['via'], 'is not the name of a binding');
    return entry;
  }
  if (pool !== false)
    refuse(
      ['pool'],
      'does not go with "via": each request has a connection of its own, and Hyperdrive is a pool itself',
    );
  const unpooled = { ...entry, pool: false };
  if (env === undefined) return unpooled;
  const binding = env[via];
  if (!isConnectBinding(binding)) {
    refuse(['via'], `names "${via}", which is no binding of the Worker that has connect()`);
    return unpooled;
  }
  const text = connectionStringOf(binding);
  if (text === undefined) {
    if (url === undefined)
      refuse(['url'], `is missing: the binding "${via}" brings none, as Hyperdrive does`);
    return unpooled;
  }
  if (url !== undefined)
    refuse(['url'], `does not go with the Hyperdrive binding "${via}", which has its own: leave it out`);
  if (entry.readUrl !== undefined)
    refuse(
      ['readUrl'],
      `does not go with the Hyperdrive binding "${via}", which leads to one server and role`,
    );
  if (typeof entry.tls === 'object' && entry.tls !== null)
    refuse(
      ['tls'],
      `does not go with the Hyperdrive binding "${via}", which speaks TLS with the database itself: leave it out`,
    );
  // The hop to Hyperdrive is inside the platform's own machine, and cannot be turned into TLS: Hyperdrive speaks TLS with the
  // database. So TLS is off by name here, and the binding's own parameter about it goes.
  return { ...unpooled, url: withoutParameters(text), tls: false };
}

/**
 * The connector through a binding.
 * @param connection The entry's name, for the message.
 * @throws HttpProblem `config` where there is no such binding.
 */
export function bindingConnector(env: unknown, via: string, connection: string | undefined): Connector {
  const binding: unknown = (env as Bindings | undefined)?.[via];
  if (isConnectBinding(binding)) return bindingSocket(binding);
  const detail = `The connection "${connection}" goes by "via" through "${via}", which is no binding of the Worker that has connect().`;
  throw new HttpProblem('config', detail);
}

/** Of VPC networks, services and Hyperdrive; each is an object of the platform, none is a plain value. */
function isConnectBinding(binding: unknown): binding is ConnectBinding {
  return (
    typeof binding === 'object' &&
    binding !== null &&
    'connect' in binding &&
    typeof binding.connect === 'function'
  );
}

/**
 * Hyperdrive's own connection string. A service binding answers to every name, with a function for a remote call: only a text is
 * one.
 */
function connectionStringOf(binding: ConnectBinding): string | undefined {
  const text: unknown = Reflect.get(binding, 'connectionString');
  return typeof text === 'string' ? text : undefined;
}

function withoutParameters(text: string): string {
  const end = text.indexOf('?');
  return end < 0 ? text : text.slice(0, end);
}
