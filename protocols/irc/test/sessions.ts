// For tests: registered sessions without a socket or a clock.
import { expect } from 'vitest';
import type { IrcEvent } from '../src/index.ts';
import { Session } from '../src/session/session.ts';
import type { SessionOptions } from '../src/session/session-options.ts';
import { ALL_CAPS, WELCOME } from './wire.ts';

/** A registered session, its events, and its time, which the test advances. */
export function start(caps = '', options: Partial<SessionOptions> = {}) {
  const events: IrcEvent[] = [];
  let registered = 0;
  const session = new Session(
    { nick: 'me', ...options },
    {
      tls: true,
      sasl: undefined,
      challenge: () => {},
      demandTls: () => false,
      event: (event) => events.push(event),
      registered: () => registered++,
    },
  );
  session.begin(0);
  session.receive(`:irc.test CAP * LS :${caps}`, 0);
  if (caps !== '') session.receive(`:irc.test CAP me ACK :${caps}`, 0);
  for (const line of WELCOME) session.receive(line, 0);
  session.output(0);
  expect(registered).toBe(1);
  events.length = 0;
  const clock = { now: 0 };
  const get = (...all: string[]): IrcEvent[] => {
    events.length = 0;
    for (const line of all) session.receive(line, clock.now);
    return events.slice();
  };
  return { session, events, clock, get, tracker: session.self.tracker };
}

/** Members by nick, with their modes. */
export const members = ({ tracker }: ReturnType<typeof start>, channel: string) =>
  Object.fromEntries([...(tracker.channel(channel)?.members ?? [])].map(([key, { modes }]) => [key, modes]));

/** In #a with alice (op), bob (voice) and carol. */
export function joined(caps = ALL_CAPS, options: Partial<SessionOptions> = {}) {
  const all = start(caps, options);
  all.get(
    ':me!~me@host.test JOIN #a * :Me',
    ':irc.test 332 me #a :The topic',
    ':irc.test 353 me = #a :me @+alice!al@one.test',
    ':irc.test 353 me = #a :+bob!b@two.test carol!c@three.test',
    ':irc.test 366 me #a :End of NAMES',
  );
  return all;
}
