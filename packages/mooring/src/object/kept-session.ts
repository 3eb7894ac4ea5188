// The session of one object. What keeps it comes with the seats that have sessions, and is made at the first call.
import type { Connector } from '@fairlead/transport';
import { toPlain } from '../plain-error.ts';
import type {
  SessionAnswer,
  SessionKeeper,
  SessionRequest,
  SessionStats,
  SessionStorage,
} from '../sessions/types.ts';
import { noSeat } from './no-seat.ts';
import type { Seats } from './seats.ts';

/** An object's session, if it has one. */
export class KeptSession {
  readonly #seats: Seats;
  readonly #connector: Connector | undefined;
  readonly #storage: SessionStorage;
  #keeper: SessionKeeper | undefined;

  constructor(seats: Seats, connector: Connector | undefined, storage: SessionStorage) {
    this.#seats = seats;
    this.#connector = connector;
    this.#storage = storage;
  }

  /** `undefined` before the first call. */
  get stats(): SessionStats | undefined {
    return this.#keeper?.stats;
  }

  async session(request: SessionRequest): Promise<SessionAnswer> {
    await this.#seats.load(request.protocol);
    return (await this.#made()?.session(request)) ?? { error: toPlain(noSeat(request.protocol)) };
  }

  drain(): void {
    void this.#keeper?.drain();
  }

  /** The object may have been away since its last call: which protocol it was for, its storage knows. */
  async alarm(): Promise<void> {
    await this.#seats.loadAll();
    await this.#made()?.alarm();
  }

  #made(): SessionKeeper | undefined {
    const { sessions } = this.#seats;
    const [seat] = sessions.values();
    this.#keeper ??= seat?.keeper(sessions, this.#connector, this.#storage);
    return this.#keeper;
  }
}
