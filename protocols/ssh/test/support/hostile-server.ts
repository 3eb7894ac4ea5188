// Servers that do not keep to the transport layer, and a client that meets them.
import { limitOf } from '@fairlead/client';
import { type MemoryServer, memoryPair } from '@fairlead/testkit';
import type { Transport } from '@fairlead/transport';
import { type LinkOptions, openLink } from '../../src/connection/open-link.ts';
import type { PacketLink } from '../../src/connection/packet-link.ts';
import { anyHostKey } from './host-key.ts';
import { ServerLink, type ServerLinkOptions } from './server-link.ts';

/** Opens a link to what `serve` does, and reads from it to its end. @returns What it ended with; undefined for a good end. */
export async function endOf(
  serve: (server: MemoryServer) => unknown,
  options: Partial<LinkOptions> & { readonly use?: (link: PacketLink) => unknown } = {},
): Promise<unknown> {
  const [near, far] = memoryPair({ tls: 'off' });
  // What becomes of the server does not matter: the client has to end by itself.
  void Promise.resolve(serve(far)).catch(() => undefined);
  try {
    const link = await openLink(near, {
      hostKeys: anyHostKey(),
      limit: limitOf({ timeoutMs: 3_000 }),
      ...options,
    });
    await options.use?.(link);
    while ((await link.receive()) !== undefined);
    return undefined;
  } catch (error) {
    await near.closed;
    return error;
  }
}

/** A server that exchanges keys as `options` say, and then does as `then` says. */
export function serverWith(
  options: ServerLinkOptions,
  then?: (server: ServerLink, transport: MemoryServer) => unknown,
): (transport: MemoryServer) => Promise<void> {
  return async (transport) => {
    const server = await ServerLink.open(transport, options);
    await then?.(server, transport);
    while ((await server.receive()) !== undefined);
  };
}

/** A transport whose writes are lost while `drops` says so. */
export function losing<T extends Transport>(transport: T, drops: () => boolean): T {
  return new Proxy(transport, {
    get(target, name) {
      if (name === 'write' && drops()) return async () => undefined;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
