// The targets of a ping request, each behind its own scope and policy: one that is refused is no reason to refuse the others.
import {
  connectorOf,
  type RouteContext,
  resolveAddress,
  resolveConnection,
  type Target,
  tlsOptionsOf,
} from '@fairlead/http';
import {
  type Address,
  type Connector,
  formatAddress,
  parseAddress,
  type TlsOptions,
} from '@fairlead/transport';

/** What the caller wants measured. `connection` undefined: the default one. */
export type TargetWish = { readonly address: string } | { readonly connection: string | undefined };

/** How an answer calls a target: a named connection's address stays hidden. */
type TargetName = { readonly address: string } | { readonly connection: string } | object;

/** A target that may be dialled, or the error that refuses it. */
export interface PingTarget {
  readonly name: TargetName;
  /** Undefined where it is refused. */
  readonly dial: Address | undefined;
  /** Dials it: that of the connection's binding, of the operator's resolver, or the gateway's own. */
  readonly connector: Connector;
  /** What the connection's entry wishes of TLS. */
  readonly tls: TlsOptions | undefined;
  readonly refusal: unknown;
  /** Conceals a named connection's address in problems. */
  readonly conceals: Target | undefined;
}

/** Checks scope, existence and policy of one target. */
export function resolveTargetWish(c: RouteContext, wish: TargetWish): PingTarget {
  // Of the target before this one: it would conceal the wrong things.
  c.set('target', undefined);
  const connector = c.get('connector');
  try {
    if ('address' in wish) {
      const dial = resolveAddress(c, 'tcp', 'ping', parseAddress(wish.address));
      const name = { address: formatAddress(dial) };
      const allowed = { tls: undefined, refusal: undefined };
      return { name, dial, connector: c.get('connector'), ...allowed, conceals: undefined };
    }
    const target = resolveConnection(c, { scope: 'tcp', action: 'ping', connection: wish.connection });
    const name = target.name === undefined ? {} : { connection: target.name };
    const dial = target.address;
    const allowed = { tls: tlsOptionsOf(target.options), refusal: undefined };
    return { name, dial, connector: connectorOf(c, target), ...allowed, conceals: target };
  } catch (refusal) {
    const name = 'address' in wish || wish.connection !== undefined ? wish : {};
    return { name, dial: undefined, connector, tls: undefined, refusal, conceals: undefined };
  } finally {
    // Addresses of a caller's own are dialled by checked addresses, named connections are not.
    c.set('connector', connector);
  }
}
