// What a request for one server dials: a named connection, or an address of the caller's own. It dials nothing.
import {
  CONNECTION_HEADER,
  connectorOf,
  HttpProblem,
  type RouteContext,
  resolveAddress,
  resolveConnection,
  tlsOptionsOf,
} from '@fairlead/http';
import {
  type Address,
  type Connector,
  formatAddress,
  parseAddress,
  type TlsOptions,
} from '@fairlead/transport';

/** A server as the caller names it. With neither, the query and the header name a connection, or the default one is meant. */
export interface DialWish {
  readonly address?: string | undefined;
  readonly connection?: string | undefined;
}

/** What is dialled, and how. */
export interface Dial {
  /** How answers call it: a named connection's address stays hidden. */
  readonly name: { readonly address?: string; readonly connection?: string };
  readonly dial: Address;
  /** That of the connection's binding, of the operator's resolver, or the gateway's own. */
  readonly connector: Connector;
  /** What the connection's entry wishes of the server's TLS. Its certificate is a login, which plays no part. */
  readonly tlsOptions: TlsOptions | undefined;
}

/**
 * Checks scope, existence and policy.
 * @param action The second part of the scope: `send`, `tunnel`.
 * @throws HttpProblem 400 (both), 403, 404; FairleadError `usage`, `policy`.
 */
export function resolveDial(c: RouteContext, action: string, { address, connection }: DialWish): Dial {
  if (address === undefined) {
    const target = resolveConnection(c, { scope: 'tcp', action, connection });
    const name = target.name === undefined ? {} : { connection: target.name };
    const { cert: _cert, key: _key, ...wishes } = tlsOptionsOf(target.options) ?? {};
    const tlsOptions = Object.keys(wishes).length === 0 ? undefined : wishes;
    return { name, dial: target.address, connector: connectorOf(c, target), tlsOptions };
  }
  const names = [connection, c.req.query('connection'), c.req.header(CONNECTION_HEADER)];
  if (names.some((name) => name !== undefined)) {
    throw new HttpProblem('invalid', 'Give either an address or a connection, not both.');
  }
  const dial = resolveAddress(c, 'tcp', action, parseAddress(address));
  return {
    name: { address: formatAddress(dial) },
    dial,
    connector: c.get('connector'),
    tlsOptions: undefined,
  };
}
