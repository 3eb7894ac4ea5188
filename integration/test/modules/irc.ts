// What the tests of IRC share: the servers, names that nobody else uses, and a wait for one event.
import type { IrcClient, IrcEvent, IrcOptions } from '@fairlead/irc';
import { inject } from 'vitest';

const { ergo, inspircd } = inject('servers');

/** The servers have no brakes, and the tests no time. */
const quick = { hostname: 'localhost', flood: { intervalMs: 0 } } as const;

/** How each server is reached, by TLS and without an account. */
export const servers: Readonly<Record<'Ergo' | 'InspIRCd', IrcOptions>> = {
  Ergo: { ...quick, port: ergo.tlsPort },
  InspIRCd: { ...quick, port: inspircd.tlsPort },
};

/** A nick of 15 characters. */
export function newNick(): string {
  return `n${crypto.randomUUID().replaceAll('-', '').slice(0, 14)}`;
}

/** The next event of a type; those before it are lost. The test's own time limit ends the wait. */
export async function nextEvent<T extends IrcEvent['type']>(
  client: IrcClient,
  type: T,
  accept: (event: Extract<IrcEvent, { type: T }>) => boolean = () => true,
): Promise<Extract<IrcEvent, { type: T }>> {
  for await (const event of client) {
    if (event.type === type && accept(event as Extract<IrcEvent, { type: T }>)) {
      return event as Extract<IrcEvent, { type: T }>;
    }
  }
  throw new Error(`the connection ended before an event ${type}`);
}
