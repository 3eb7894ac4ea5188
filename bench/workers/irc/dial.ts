// From dialling to the end of the greeting, one connection after the other. They are closed behind the clock.
import { type Timed, timed } from '../round.ts';

const CONNECTIONS = 100;

/** The scenario. @param open Connects to this machine and registers; it gives what closes the connection. */
export function dial(open: (port: number) => Promise<() => Promise<void>>): (port: number) => Promise<Timed> {
  return async (port) => {
    const closes: (() => Promise<void>)[] = [];
    const result = await timed(CONNECTIONS, async () => {
      for (let i = 0; i < CONNECTIONS; i++) closes.push(await open(port));
    });
    await Promise.all(closes.map((close) => close()));
    return result;
  };
}
