// Pumps one transport and the session: flushes once per tick, reads while the broker may say something, keeps it alive.
import { type CallLimit, IdleTimer } from '@fairlead/client';
import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { PROTOCOL_ERROR, protocolError, reasonFor, refused } from '../errors.ts';
import type { Qos0Write } from '../publishing/pending-publish.ts';
import type { PublishResult, ServerInfo } from '../types/messages.ts';
import { Decoder } from '../wire/decode/decoder.ts';
import { encodeConnect, encodeReason } from '../wire/encode/control.ts';
import { encodePing } from '../wire/encode/publish.ts';
import { AUTH, CONNACK, DISCONNECT, PINGRESP } from '../wire/packet-types.ts';
import { answerTo } from './authentication.ts';
import { type Login, refusalOf, serverInfo } from './connack.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import { KeepAlive } from './keep-alive.ts';
import { Qos0Writes } from './qos-0-writes.ts';

/** How many writes may be on their way before the next tick's packets wait: a peer that stops reading stops us. */
const MAX_WRITES = 4;
const CONTINUE_AUTHENTICATION = 0x18;

// In workerd queueMicrotask() crosses into native code each time; a settled promise does not.
const TICK = /* @__PURE__ */ Promise.resolve();

/** A connection from CONNECT to its end. */
export class Connection {
  readonly #transport: Transport;
  readonly #owner: ConnectionOwner;
  readonly #decoder: Decoder;
  readonly #qos0Writes: Qos0Writes;
  /** Once nothing was owed for 100 ms, it listens: else nobody would hear the broker's goodbye. */
  readonly #idle: IdleTimer = new IdleTimer(() => this.#onIdle());
  #isWatchingIdle = false;
  #scheduled = false;
  #reading = false;
  #saving = false;
  #writes = 0;
  /** Why it has ended. */
  failure: FairleadError | undefined;
  readonly #keepAlive: KeepAlive;

  constructor(transport: Transport, owner: ConnectionOwner) {
    const { protocolVersion, maxPacketBytes, topicAliasMaximum } = owner.settings;
    this.#transport = transport;
    this.#owner = owner;
    this.#decoder = new Decoder({ version: protocolVersion, maxPacketBytes, topicAliasMaximum });
    this.#keepAlive = new KeepAlive(owner.deadlines, this);
    this.#qos0Writes = new Qos0Writes(owner.deadlines, owner.settings.timeoutMs);
  }

  /** Sends CONNECT and waits for CONNACK, answering AUTH, all within `limit`. */
  async handshake(login: Login, limit: CallLimit): Promise<ServerInfo> {
    const { settings, session } = this.#owner;
    const { writer } = session.buffer;
    try {
      encodeConnect(writer, { ...settings, ...login }, login.clean);
      void this.#transport.write(writer.take());
      while ((await this.#nextPacket()) === AUTH) await this.#authenticate(limit);
      const refusal = refusalOf(this.#decoder, this.#transport.peer);
      if (refusal !== undefined) throw refusal;
      if (login.clean && this.#decoder.sessionPresent) {
        throw protocolError(PROTOCOL_ERROR, 'a session after a clean start');
      }
      const server = serverInfo(settings, login.clientId, this.#decoder);
      const { authenticationData } = this.#decoder.properties;
      if (authenticationData !== undefined) await this.#respond(authenticationData, limit);
      return server;
    } catch (error) {
      throw this.abort(this.#failureOf(error));
    }
  }

  /** Begins to work, with the session that the broker has or has not. */
  start(server: ServerInfo): void {
    const halfMs = server.keepAliveSeconds * 500;
    if (halfMs > 0) this.#keepAlive.watch(halfMs);
    this.#work(() => {
      this.#owner.session.resume({ ...server, version: server.protocolVersion }, server.sessionPresent);
      this.#drain();
    });
  }

  /** Sends what is to be sent at the end of this tick. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void TICK.then(this.#onTick);
  }

  /** Settles when what was published in this tick was handed over. */
  written(): Promise<PublishResult> {
    this.schedule();
    return this.#qos0Writes.join();
  }

  /** Sends what waits and DISCONNECT, and closes. */
  async close(reasonCode: number, sessionExpiryInterval: number | undefined): Promise<void> {
    if (this.failure !== undefined) return;
    this.#flush();
    // Also what waited because much was on its way.
    if (!this.#saving) this.#write(this.#owner.session.buffer.writer.take(), this.#qos0Writes.take());
    this.#disconnect(reasonCode, sessionExpiryInterval);
    this.#end(this.#error('closed', 'The connection was closed by this side'), false);
    await this.#transport.close();
  }

  read(): void {
    const { session } = this.#owner;
    if (this.#reading || this.failure !== undefined || !this.#owner.mayRead()) return;
    if (session.owed || this.#keepAlive.silent > 0 || this.#owner.mayPush()) this.#beginRead();
    else if (!this.#isWatchingIdle) {
      this.#isWatchingIdle = true;
      this.#idle.idle();
    }
  }

  #beginRead(): void {
    this.#reading = true;
    this.#decoder.keep();
    this.#transport.read(this.#decoder.wanted).then(this.#onChunk, this.#onReadError);
  }

  #onIdle(): void {
    this.#isWatchingIdle = false;
    if (!this.#reading && this.failure === undefined && this.#owner.mayRead()) this.#beginRead();
  }

  async #nextPacket(): Promise<number> {
    for (;;) {
      const type = this.#decoder.next();
      if (type === CONNACK || type === AUTH) return type;
      if (type === DISCONNECT) throw this.#disconnected();
      if (type !== 0) throw protocolError(PROTOCOL_ERROR, `a packet of type ${type} before CONNACK`);
      this.#decoder.keep();
      const chunk = await this.#transport.read(this.#decoder.wanted);
      if (chunk === undefined)
        throw this.#error('connection_lost', 'The broker closed the connection before it answered');
      this.#decoder.push(chunk);
    }
  }

  /** Answers a challenge (section 4.12). @param limit While the connection is not accepted yet. */
  async #authenticate(limit?: CallLimit): Promise<void> {
    const { reasonCode, properties } = this.#decoder;
    const { authentication, protocolVersion } = this.#owner.settings;
    if (authentication === undefined || properties.authenticationMethod !== authentication.method) {
      throw protocolError(PROTOCOL_ERROR, 'an AUTH that was not asked for, or of another method');
    }
    if (reasonCode !== CONTINUE_AUTHENTICATION) return;
    const data = await this.#respond(properties.authenticationData, limit);
    // What is to be sent belongs to another connection by now.
    if (this.failure !== undefined) return;
    const { writer } = this.#owner.session.buffer;
    const { method } = authentication;
    const answer = { authenticationMethod: method, authenticationData: data };
    encodeReason(writer, AUTH, CONTINUE_AUTHENTICATION, answer, protocolVersion);
    if (limit === undefined) this.schedule();
    else void this.#transport.write(writer.take());
  }

  #respond(challenge: Uint8Array | undefined, limit?: CallLimit): Promise<Uint8Array | undefined> {
    const { authentication } = this.#owner.settings;
    return answerTo(authentication, challenge, limit, (...error) => this.#error(...error));
  }

  readonly #onTick = (): void => {
    this.#scheduled = false;
    this.#flush();
  };

  /** Writes first and reads then: the other way round costs a third of a round trip's time. */
  #flush(): void {
    if (this.failure !== undefined || !this.#owner.session.connected) return;
    if (this.#writes < MAX_WRITES && !this.#saving) {
      const bytes = this.#owner.session.buffer.writer.take();
      const handover = this.#qos0Writes.take();
      try {
        const saved = this.#owner.storeWriter.save();
        if (saved === undefined) this.#write(bytes, handover);
        else this.#writeWhen(saved, bytes, handover);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.read();
  }

  #writeWhen(saved: Promise<void>, bytes: Uint8Array, handover: Qos0Write | undefined): void {
    this.#saving = true;
    saved.then(() => {
      this.#saving = false;
      this.#write(bytes, handover);
      this.#flush();
    }, this.#onError);
  }

  #write(bytes: Uint8Array, handover: Qos0Write | undefined): void {
    if (bytes.length === 0 || this.failure !== undefined) return;
    this.#writes++;
    this.#keepAlive.sent = true;
    const written = this.#transport.write(bytes);
    if (handover === undefined) written.then(this.#onWritten, this.#onReadError);
    else {
      written.then(() => {
        this.#qos0Writes.done(handover);
        this.#onWritten();
      }, this.#onReadError);
    }
  }

  readonly #onWritten = (): void => {
    if (this.#writes-- === MAX_WRITES) this.#flush();
  };

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    this.#reading = false;
    if (this.failure !== undefined) return;
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

  /** Does something with what has arrived, and then sends what it led to. */
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
      if (session.receive(type, decoder)) continue;
      if (type === DISCONNECT) throw this.#disconnected();
      if (type === AUTH) this.#authenticate().catch(this.#onError);
      else if (type !== PINGRESP) throw protocolError(PROTOCOL_ERROR, `a second packet of type ${type}`);
    }
  }

  readonly #onError = (error: unknown): void => {
    if (this.failure === undefined) this.abort(this.#failureOf(error));
  };

  /** The transport has failed: the broker hung up, or the network did. */
  readonly #onReadError = (error: unknown): void => {
    if (this.failure === undefined) this.abort(this.#failureOf(error), true);
  };

  ping(): void {
    encodePing(this.#owner.session.buffer.writer);
    this.#flush();
  }

  lost(): void {
    this.abort(this.#error('connection_lost', 'The broker did not answer PINGREQ in time'));
  }

  mayRead(): boolean {
    return this.#owner.mayRead();
  }

  #disconnect(reasonCode: number, sessionExpiryInterval?: number): void {
    const { session, settings } = this.#owner;
    const { writer } = session.buffer;
    encodeReason(writer, DISCONNECT, reasonCode, { sessionExpiryInterval }, settings.protocolVersion);
    void this.#transport.write(writer.take());
  }

  #disconnected(): FairleadError {
    const { reasonCode, properties } = this.#decoder;
    const { peer } = this.#transport;
    return refused('ended the connection', reasonCode, properties.reasonString, 'connection_lost', { peer });
  }

  /**
   * Ends it at once; a broker that broke the protocol is told so.
   * @param byBroker Whether the other end had ended it.
   */
  abort(reason: FairleadError, byBroker = false): FairleadError {
    if (this.failure !== undefined) return reason;
    const told = reasonFor(reason);
    if (told !== undefined && this.#owner.settings.protocolVersion === 5) {
      // Without what waits to be sent: its changes may not be stored.
      this.#owner.session.buffer.writer.take();
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
    return new FairleadError(code, message, { peer: this.#transport.peer, cause });
  }
}
