// The session of one object: made at its first call, or by the storage's alarm behind an eviction.
import type { Connector } from '@fairlead/transport';
import { noSeat } from '../../object/no-seat.ts';
import { toPlain } from '../../plain-error.ts';
import type {
  SessionAnswer,
  SessionKeeper,
  SessionProtocol,
  SessionRequest,
  SessionSeat,
  SessionStats,
  SessionStorage,
  SessionTarget,
} from '../types.ts';
import { Retention } from './retention.ts';
import { keptTarget, SessionHost } from './session-host.ts';

/**
 * Makes a protocol's seat for sessions.
 * @example
 * ```ts
 * import { type SessionProtocol, sessionSeat } from '@fairlead/mooring';
 *
 * export const seatOf = (protocol: SessionProtocol) => sessionSeat(protocol);
 * ```
 */
export function sessionSeat(protocol: SessionProtocol): SessionSeat {
  return {
    ...protocol,
    kind: 'session',
    keeper: (protocols, connector, storage) => new SessionDock(protocols, connector, storage),
  };
}

/** One object's session. */
export class SessionDock implements SessionKeeper {
  readonly #seats: ReadonlyMap<string, SessionProtocol>;
  readonly #connector: Connector | undefined;
  readonly #storage: SessionStorage;
  #host: SessionHost | undefined;

  constructor(
    seats: ReadonlyMap<string, SessionProtocol>,
    connector: Connector | undefined,
    storage: SessionStorage,
  ) {
    this.#seats = seats;
    this.#connector = connector;
    this.#storage = storage;
  }

  get stats(): SessionStats | undefined {
    return this.#host?.stats;
  }

  async drain(): Promise<void> {
    await this.#host?.drain();
  }

  async session(request: SessionRequest): Promise<SessionAnswer> {
    try {
      return await this.#hostOf(request).answer(request);
    } catch (error) {
      return { error: toPlain(error) };
    }
  }

  async alarm(): Promise<void> {
    if (this.#host === undefined) {
      const target = await keptTarget(this.#storage);
      if (target === undefined || !this.#seats.has(target.protocol)) {
        const retention = new Retention(this.#storage);
        await retention.load();
        return retention.check();
      }
      this.#hostOf(target);
    }
    await this.#host?.onAlarm();
  }

  /** One object is one session: its name is made of all that a call says of it. */
  #hostOf({ protocol, settings, limits }: SessionTarget): SessionHost {
    const seat = this.#seats.get(protocol);
    if (seat === undefined) throw noSeat(protocol);
    const target = { protocol, settings, limits };
    this.#host ??= new SessionHost({ seat, target, storage: this.#storage, connector: this.#connector });
    return this.#host;
  }
}
