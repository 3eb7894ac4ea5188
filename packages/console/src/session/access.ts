// What a token may do, as the gateway says it.
import type { Output } from '@fairlead/sdk';

/** What a token may do. */
export type Access = Output<'adminAccess'>;

/** A named connection that the token may use: its `scopes` are actions by protocol, `{ ssh: ['exec'], sftp: ['read'] }`. */
export type ConnectionAccess = Access['connections'][number];

/** Whether the token may do something with a connection: `may(connection, 'redis', 'write')`. */
export function may(connection: ConnectionAccess, protocol: string, action: string): boolean {
  return connection.scopes[protocol]?.includes(action) ?? false;
}
