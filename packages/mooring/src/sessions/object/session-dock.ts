// The session of one object: made at its first call, or by the storage's alarm behind an eviction.
import { FairleadError } from '@fairlead/errors';
import type { Connector } from '@fairlead/transport';
import { toPlain } from '../../plain-error.ts';
import type {
  SessionAnswer,
  SessionRequest,
  SessionSeat,
  SessionStorage,
  SessionStub,
  SessionTarget,
} from '../types.ts';
import { keptTarget, SessionHost, type SessionStats } from './session-host.ts';

/** One object's session. */
export class SessionDock implements SessionStub {
  readonly #seats: ReadonlyMap<string, SessionSeat>;
  readonly #connector: Connector | undefined;
  readonly #storage: SessionStorage;
  #host: SessionHost | undefined;

  constructor(
    seats: ReadonlyMap<string, SessionSeat>,
    connector: Connector | undefined,
    storage: SessionStorage,
  ) {
    this.#seats = seats;
    this.#connector = connector;
    this.#storage = storage;
  }

  /** What the session is doing; `undefined` before its first call. */
  get stats(): SessionStats | undefined {
    return this.#host?.stats;
  }

  /** Closes the connection; it is opened again when it is needed. */
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

  /** The storage's alarm has rung. */
  async alarm(): Promise<void> {
    if (this.#host === undefined) {
      const target = await keptTarget(this.#storage);
      if (target === undefined || !this.#seats.has(target.protocol)) return;
      this.#hostOf(target);
    }
    await this.#host?.onAlarm();
  }

  /** One object is one session: its name is made of all that a call says of it. */
  #hostOf({ protocol, settings, limits }: SessionTarget): SessionHost {
    const seat = this.#seats.get(protocol);
    if (seat === undefined) {
      const message = `The mooring has no seat for ${protocol}: give it to mooring([...]).`;
      throw new FairleadError('usage', message, { safeToRetry: true });
    }
    const target = { protocol, settings, limits };
    this.#host ??= new SessionHost({ seat, target, storage: this.#storage, connector: this.#connector });
    return this.#host;
  }
}
