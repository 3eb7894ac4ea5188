// The server sessions that a client has begun and that nobody uses at this moment. It sends nothing.
import { UUID } from 'bson';
import type { ServerSession, SessionRules, SessionSource, SessionState } from '../operations/types.ts';

/** As many as one `endSessions` may name, and as many as are kept. */
const MAX_SESSIONS = 10_000;

/** Hands out the session that was used last, so that the others time out at the server when fewer are needed. */
export class SessionPool implements SessionSource {
  #free: ServerSession[] = [];

  /** @param timeoutMinutes The server's `logicalSessionTimeoutMinutes`: what is within a minute of it is not used again. */
  take(timeoutMinutes: number): ServerSession {
    const oldest = Date.now() - (timeoutMinutes - 1) * 60_000;
    const session = this.#free.pop();
    if (session !== undefined && session.lastUsed > oldest) return session;
    // The others were used earlier still.
    this.#free.length = 0;
    return { lsid: { id: new UUID() }, txnNumber: 0n, lastUsed: 0, isDirty: false };
  }

  give(session: ServerSession): void {
    // One that no reply has come to is not known to the server.
    const isKnown = session.lastUsed > 0 && !session.isDirty;
    if (isKnown && this.#free.length < MAX_SESSIONS) this.#free.push(session);
  }

  /** Takes all of them out, for `endSessions`. */
  drain(): ServerSession['lsid'][] {
    const ids = this.#free.map(({ lsid }) => lsid);
    this.#free = [];
    return ids;
  }
}

/** A session that lives for one operation. It has no rules of its own. */
export class ImplicitSession implements SessionState {
  readonly pool: SessionSource;
  server: ServerSession | undefined;
  readonly rules: SessionRules | undefined;
  isEnded = false;

  constructor(pool: SessionSource) {
    this.pool = pool;
  }

  end(): void {
    const { server } = this;
    if (this.isEnded) return;
    this.isEnded = true;
    this.server = undefined;
    if (server !== undefined) this.pool.give(server);
  }
}
