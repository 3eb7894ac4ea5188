// What the tests of IRC share: names that nobody else uses, and a wait for one event.
import type { IrcClient, IrcEvent } from '@fairlead/irc';

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
