// The tickets of one connector, in memory alone: who may resume what. Nothing of them is ever written anywhere.
import { usage } from '@fairlead/errors';
import type { Address, TlsSession } from '@fairlead/transport';
import type { Settings, Ticket } from '../client/types.ts';

const MAX_TICKETS_OF_A_NAME = 4;
const MAX_TICKETS = 64;
/** A longer one might not fit the hello that offers it. */
const MAX_TICKET_BYTES = 16_384;

/** Where the tickets of one kind of connection lie. */
export class TicketJar {
  readonly settings: Settings;
  readonly name: string;
  #tickets: Ticket[] = [];

  /**
   * @param settings What the server was verified against.
   * @param name What its certificate is for: every connection that has this jar is verified for it.
   */
  constructor(settings: Settings, name: string) {
    this.settings = settings;
    this.name = name;
  }

  /** Takes one more; the oldest makes way. Of TLS 1.2 there is one, which the next replaces. */
  put(ticket: Ticket): void {
    if (ticket.identity.length > MAX_TICKET_BYTES) return;
    if (ticket.version === 'TLSv1.2')
      this.#tickets = this.#tickets.filter(({ version }) => version !== 'TLSv1.2');
    this.#tickets.push(ticket);
    if (this.#tickets.length > MAX_TICKETS_OF_A_NAME) this.#tickets.shift();
  }

  /**
   * The newest ticket that is still good. One of TLS 1.3 is used once (RFC 8446 appendix C.4); one of TLS 1.2 stays until the
   * server gives another.
   * @param keepLast Leaves the last one in its place, for connections that have to resume.
   */
  take(keepLast = false): Ticket | undefined {
    for (let last = this.#tickets.at(-1); last !== undefined; last = this.#tickets.at(-1)) {
      if (last.expiresAt <= Date.now()) {
        this.#tickets.pop();
        continue;
      }
      const stays = last.version === 'TLSv1.2' || (keepLast && this.#tickets.length === 1);
      if (!stays) this.#tickets.pop();
      return last;
    }
    return undefined;
  }

  /** Forgets the session of a connection that failed: RFC 8446 section 6.2, RFC 5246 section 7.2.2. */
  drop(ticket: Ticket): void {
    this.#tickets = this.#tickets.filter((other) => other !== ticket);
  }
}

/** The jars of one connector: at most 4 tickets for each server, 64 in all. */
export class TicketStore {
  /** By settings, address and name, the one used last at the end. */
  readonly #jars = new Map<Settings, Map<string, TicketJar>>();

  /** The jar for connections to that address that are verified in that way, for that name. */
  jarOf(settings: Settings, { hostname, port }: Address, name: string): TicketJar {
    const server = `${hostname} ${port} ${name}`;
    const jars = this.#jars.get(settings) ?? new Map<string, TicketJar>();
    this.#jars.delete(settings);
    this.#jars.set(settings, jars);
    const jar = jars.get(server) ?? new TicketJar(settings, name);
    jars.delete(server);
    jars.set(server, jar);
    this.#shrink();
    return jar;
  }

  /** Forgets what belongs to settings that are no longer in use. */
  forget(settings: Settings): void {
    this.#jars.delete(settings);
  }

  /** A jar counts with all that it may come to hold. */
  #shrink(): void {
    let count = 0;
    for (const jars of this.#jars.values()) count += jars.size;
    for (const [settings, jars] of this.#jars) {
      for (const server of jars.keys()) {
        if (count * MAX_TICKETS_OF_A_NAME <= MAX_TICKETS) return;
        jars.delete(server);
        count--;
      }
      this.#jars.delete(settings);
    }
  }
}

const JARS = new WeakMap<TlsSession, TicketJar>();

/** Remembers where the tickets of a connection lie, its own alone, for `resume`. */
export function bindJar(session: TlsSession, jar: TicketJar): void {
  JARS.set(session, jar);
}

/**
 * The tickets of the session that a connection has to resume. Whether they may be used for it is for the caller to say.
 * @throws FairleadError `usage` for a session that is not of a connection by `overTls`.
 */
export function jarOfSession(session: TlsSession): TicketJar {
  const jar = JARS.get(session);
  if (jar !== undefined) return jar;
  throw usage('resume: that session is not of a connection by overTls');
}
