// One connection to the broker: writes the session's packets once per tick, reads while the broker may send something,
// and keeps the connection alive.
import { type CallLimit, IdleTimer, Tick } from '@fairlead/client';
import { type ErrorCode, type FairleadError, isFairleadError, type Peer } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { connectionError, PROTOCOL_ERROR, protocolError, reasonFor } from '../errors.ts';
import {
  AWAITING_CONNACK,
  CLOSED,
  type ConnectionState,
  END,
  move,
  START,
  stateBehind,
} from '../session/states.ts';
import type { ServerInfo } from '../types/client.ts';
import type { PublishResult } from '../types/publish.ts';
import { Decoder } from '../wire/decode/decoder.ts';
import { encodeReason } from '../wire/encode/control.ts';
import { encodePing } from '../wire/encode/publish.ts';
import { AUTH, CONNACK, DISCONNECT } from '../wire/packet-types.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import { KeepAlive } from './keep-alive.ts';
import { answerAuth, CONTINUE_AUTHENTICATION } from './login/authentication.ts';
import { disconnected, type Login } from './login/connack.ts';
import { handshake } from './login/handshake.ts';
import { type Qos0Write, Qos0Writes } from './qos-0-writes.ts';

/** How many writes may be pending before later packets wait: this side stops sending where the broker stops reading. */
const MAX_WRITES = 4;

/** A connection from CONNECT to its end. */
export class Connection {
  readonly #transport: Transport;
  readonly #owner: ConnectionOwner;
  readonly #decoder: Decoder;
  readonly #qos0Writes: Qos0Writes;
  /** Begins to read when nothing was owed for 100 ms, so that the broker's DISCONNECT is seen. */
  readonly #idle: IdleTimer = new IdleTimer(() => {
    this.#isWatchingIdle = false;
    this.read(true);
  });
  #isWatchingIdle = false;
  readonly #tick: Tick = new Tick(() => this.#flush());
  #state: ConnectionState = AWAITING_CONNACK;
  #reading = false;
  #saving = false;
  #writes = 0;
  /** Why the connection has ended. */
  failure: FairleadError | undefined;
  readonly #keepAlive: KeepAlive;

  constructor(transport: Transport, owner: ConnectionOwner) {
    const { protocolVersion, maxPacketBytes, topicAliasMaximum } = owner.settings;
    this.#transport = transport;
    this.#owner = owner;
    this.#decoder = new Decoder({ version: protocolVersion, maxPacketBytes, topicAliasMaximum });
    this.#keepAlive = new KeepAlive(owner, this);
    this.#qos0Writes = new Qos0Writes(owner.deadlines, owner.settings.timeoutMs);
  }

  /** Sends CONNECT and waits for CONNACK, within `limit`. @throws FairleadError as `handshake`; the connection has ended. */
  async handshake(login: Login, limit: CallLimit): Promise<ServerInfo> {
    try {
      const isClosed = (): boolean => this.#state === CLOSED;
      const server = await handshake(this.#transport, this.#decoder, this.#owner, login, limit, isClosed);
      if (this.#state !== CLOSED) this.#state = move(this.#state, CONNACK);
      return server;
    } catch (error) {
      throw this.abort(this.#failureOf(error));
    }
  }

  /** Lets the session use the connection. */
  start(server: ServerInfo): void {
    this.#state = move(this.#state, START);
    const halfMs = server.keepAliveSeconds * 500;
    if (halfMs > 0) this.#keepAlive.watch(halfMs);
    this.#work(() => {
      this.#owner.session.resume({ ...server, version: server.protocolVersion }, server.sessionPresent);
      this.#drain();
    });
  }

  /** Writes the packets of this tick at its end. */
  schedule(): void {
    this.#tick.schedule();
  }

  /** Settles when the platform has taken the packets of this tick. */
  written(): Promise<PublishResult> {
    this.schedule();
    return this.#qos0Writes.join();
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  /** Sends the packets that wait and DISCONNECT, and closes. @param reason What messages with QoS 0 are told that still wait. */
  async close(
    reason: FairleadError,
    reasonCode: number,
    sessionExpiryInterval: number | undefined,
  ): Promise<void> {
    if (this.#state === CLOSED) return;
    this.#flush();
    // Also packets that waited behind pending writes.
    if (!this.#saving) this.#write(this.#owner.session.output.writer.take(), this.#qos0Writes.take());
    this.#disconnect(reasonCode, sessionExpiryInterval);
    this.#end(reason, false);
    await this.#transport.close();
  }

  /** Reads, if the broker may send something and there is room for messages. @param wasIdle Whether nothing was owed for 100 ms. */
  read(wasIdle = false): void {
    const { session } = this.#owner;
    if (this.#reading || this.#state === CLOSED || !this.#owner.mayRead()) return;
    if (wasIdle || session.owed || this.#keepAlive.silent > 0 || this.#owner.mayPush()) this.#beginRead();
    else if (!this.#isWatchingIdle) {
      this.#isWatchingIdle = true;
      this.#idle.noteIdle();
    }
  }

  #beginRead(): void {
    this.#reading = true;
    this.#decoder.keep();
    this.#transport.read(this.#decoder.wanted).then(this.#onChunk, this.#onReadError);
  }

  /** Writes before it reads: the other order makes a round trip a third slower. */
  #flush(): void {
    if (this.#state === CLOSED || !this.#owner.session.connected) return;
    if (this.#writes < MAX_WRITES && !this.#saving) {
      const bytes = this.#owner.session.output.writer.take();
      const qos0 = this.#qos0Writes.take();
      try {
        const saved = this.#owner.storeWriter.save();
        if (saved === undefined) this.#write(bytes, qos0);
        else this.#writeWhen(saved, bytes, qos0);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.read();
  }

  #writeWhen(saved: Promise<void>, bytes: Uint8Array, qos0: Qos0Write | undefined): void {
    this.#saving = true;
    saved.then(() => {
      this.#saving = false;
      this.#write(bytes, qos0);
      this.#flush();
    }, this.#onError);
  }

  #write(bytes: Uint8Array, qos0: Qos0Write | undefined): void {
    if (bytes.length === 0 || this.#state === CLOSED) return;
    this.#writes++;
    this.#keepAlive.sent = true;
    this.#transport.write(bytes).then(() => {
      if (qos0 !== undefined) this.#qos0Writes.done(qos0);
      if (this.#writes-- === MAX_WRITES) this.#flush();
    }, this.#onReadError);
  }

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    this.#reading = false;
    if (this.#state === CLOSED) return;
    this.#keepAlive.heard = true;
    if (chunk === undefined) {
      this.abort(this.#error('connection_lost', 'The broker closed the connection'), true);
      return;
    }
    this.#work(() => {
      this.#decoder.push(chunk);
      this.#drain();
    });
  };

  /** Does `work` with the packets that have arrived, and then sends what it led to. */
  #work(work: () => void): void {
    try {
      work();
    } catch (error) {
      const failure = this.#failureOf(error);
      this.abort(failure, failure.code === 'connection_lost');
      return;
    }
    this.#owner.onWorked();
    this.#flush();
  }

  #drain(): void {
    const decoder = this.#decoder;
    const { session } = this.#owner;
    for (let type = decoder.next(); type !== 0; type = decoder.next()) {
      const next = stateBehind(this.#state, type);
      if (next === CLOSED) throw disconnected(decoder, this.#transport.peer);
      if (next === 0) {
        throw (
          this.failure ?? protocolError(PROTOCOL_ERROR, `a packet of type ${type} that is not allowed now`)
        );
      }
      if (type === AUTH) this.#authenticate().catch(this.#onError);
      else session.receive(type, decoder);
    }
  }

  /** Answers an AUTH packet of the broker on the open connection: authentication anew (section 4.12.1). */
  async #authenticate(): Promise<void> {
    const { settings, session } = this.#owner;
    const answer = await answerAuth(this.#decoder, settings, undefined, this.#transport.peer);
    // On a connection that has ended meanwhile, the send buffer belongs to another one.
    if (answer === undefined || this.#state === CLOSED) return;
    const { writer } = session.output;
    encodeReason(writer, AUTH, CONTINUE_AUTHENTICATION, answer, settings.protocolVersion);
    this.schedule();
  }

  readonly #onError = (error: unknown): void => {
    if (this.#state !== CLOSED) this.abort(this.#failureOf(error));
  };

  /** The transport has failed: the broker or the network has ended the connection. */
  readonly #onReadError = (error: unknown): void => {
    if (this.#state !== CLOSED) this.abort(this.#failureOf(error), true);
  };

  ping(): void {
    encodePing(this.#owner.session.output.writer);
    this.#flush();
  }

  lost(): void {
    this.abort(this.#error('connection_lost', 'The broker did not answer PINGREQ in time'));
  }

  #disconnect(reasonCode: number, sessionExpiryInterval?: number): void {
    const { session, settings } = this.#owner;
    const { writer } = session.output;
    encodeReason(writer, DISCONNECT, reasonCode, { sessionExpiryInterval }, settings.protocolVersion);
    void this.#transport.write(writer.take());
  }

  /**
   * Ends the connection at once. A broker that broke the protocol gets a DISCONNECT that says so.
   * @param byBroker Whether the broker or the network had ended it.
   */
  abort(reason: FairleadError, byBroker = false): FairleadError {
    if (this.#state === CLOSED) return reason;
    const told = reasonFor(reason);
    if (told !== undefined && this.#owner.settings.protocolVersion === 5) {
      // The packets that wait are dropped: the changes that they depend on may not be stored.
      this.#owner.session.output.writer.take();
      this.#disconnect(told);
      this.#end(reason, byBroker);
      void this.#transport.close();
    } else {
      this.#end(reason, byBroker);
      this.#transport.destroy(reason);
    }
    return reason;
  }

  #end(reason: FairleadError, byBroker: boolean): void {
    this.failure = reason;
    this.#state = move(this.#state, END);
    this.#idle.stop();
    this.#keepAlive.stop();
    this.#qos0Writes.fail(reason);
    this.#owner.onEnd(reason, byBroker);
  }

  #failureOf(error: unknown): FairleadError {
    if (isFairleadError(error)) return error;
    return this.#error('connection_lost', 'The connection to the broker failed', error);
  }

  #error(code: ErrorCode, message: string, cause?: unknown): FairleadError {
    return connectionError(this.#transport.peer, code, message, cause);
  }
}
