// What the network's tools reach: a named connection, or an address that the gateway lets callers choose. Pure.
import type { Access } from '../../../session/access.ts';

/** A server, as requests name it. */
export type Target = { readonly connection: string } | { readonly address: string };

/** What a tool does: the second part of its scope. */
export type TcpAction = 'ping' | 'send' | 'tunnel';

/** Host and port, the host in brackets where it has colons. */
const ADDRESS = /^(?:\[[\da-fA-F:.]+\]|[^\s:/[\]@]+):\d{1,5}$/;

/** The connections that the token may use in this way. */
export function connectionsFor({ connections }: Access, action: TcpAction): readonly string[] {
  return connections.filter(({ scopes }) => scopes.tcp?.includes(action)).map(({ name }) => name);
}

/** Whether the token may choose addresses in this way, and the gateway allows any. */
export function mayChoose({ targets, targetScopes }: Access, action: TcpAction): boolean {
  return targets.length > 0 && (targetScopes.tcp?.includes(action) ?? false);
}

/** What a target is called: the connection's name, or the address. */
export function targetName(target: Target): string {
  return 'connection' in target ? target.connection : target.address;
}

/** The addresses in a text, between spaces or commas. @returns Those that have host and port, and those that do not. */
export function readAddresses(text: string): {
  readonly good: readonly string[];
  readonly bad: readonly string[];
} {
  const parts = [...new Set(text.split(/[\s,]+/).filter((part) => part !== ''))];
  return {
    good: parts.filter((part) => ADDRESS.test(part)),
    bad: parts.filter((part) => !ADDRESS.test(part)),
  };
}
