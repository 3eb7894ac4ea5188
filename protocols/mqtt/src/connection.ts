// Pumps one transport and the session: flushes once per tick, reads while the broker may say something, keeps it alive.
import type { Deadline } from '@fairlead/client';
import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { Decoder } from './decode/decoder.ts';
import { type Deferred, deferred } from './deferred.ts';
import { encodeConnect, encodeReason } from './encode/control.ts';
import { encodePing } from './encode/publish.ts';
import { PROTOCOL_ERROR, protocolError, reasonFor, refused } from './errors.ts';
import { refusalOf, serverInfo } from './handshake.ts';
import type { PublishResult, ServerInfo } from './messages.ts';
import { AUTH, CONNACK, DISCONNECT, PINGRESP } from './packet-types.ts';
import { SUCCESS } from './session/outgoing.ts';
import type { Surroundings } from './surroundings.ts';

/** How many writes may be on their way before the next tick's packets wait: a peer that stops reading stops us. */
const MAX_WRITES = 4;
const CONTINUE_AUTHENTICATION = 0x18;

// In workerd queueMicrotask() crosses into native code each time; a settled promise does not.
const TICK = /* @__PURE__ */ Promise.resolve();

/** A connection from CONNECT to its end. */
export class Connection {
  readonly #transport: Transport;
  readonly #around: Surroundings;
  readonly #decoder: Decoder;
  #handover: Deferred | undefined;
  #scheduled = false;
  #reading = false;
  #saving = false;
  #writes = 0;
  #ended = false;
  #keepAlive: Deadline | undefined;
  #sent = false;
  #heard = false;
  /** How many times in a row nothing was heard behind a PINGREQ. */
  #silent = 0;

  constructor(transport: Transport, around: Surroundings) {
    const { protocolVersion, maxPacketBytes, topicAliasMaximum } = around.settings;
    this.#transport = transport;
    this.#around = around;
    this.#decoder = new Decoder({ version: protocolVersion, maxPacketBytes, topicAliasMaximum });
  }

  /**
   * Sends CONNECT and waits for CONNACK, answering AUTH.
   * @param clean Whether the broker shall forget an earlier session.
   */
  async handshake(clean: boolean): Promise<ServerInfo> {
    const { settings, session } = this.#around;
    const { writer } = session.wire;
    try {
      encodeConnect(writer, settings, clean);
      void this.#transport.write(writer.take());
      while ((await this.#nextPacket()) === AUTH) await this.#authenticate();
      const refusal = refusalOf(this.#decoder, this.#transport.peer);
      if (refusal !== undefined) throw refusal;
      if (clean && this.#decoder.sessionPresent) {
        throw protocolError(PROTOCOL_ERROR, 'a session after a clean start');
      }
      const server = serverInfo(settings, this.#decoder);
      const { authenticationData } = this.#decoder.properties;
      if (authenticationData !== undefined) await this.#respond(authenticationData);
      return server;
    } catch (error) {
      throw this.abort(this.#failureOf(error));
    }
  }

  /** Begins to work, with the session that the broker has or has not. */
  start(server: ServerInfo): void {
    const halfMs = server.keepAliveSeconds * 500;
    if (halfMs > 0) this.#watchLife(halfMs);
    this.#work(() => {
      this.#around.session.resume({ ...server, version: server.protocolVersion }, server.sessionPresent);
      this.#drain();
    });
  }

  /** Sends what is to be sent at the end of this tick. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void TICK.then(this.#onTick);
  }

  /** Settles when what was written in this tick was handed over. */
  handedOver(): Promise<PublishResult> {
    this.schedule();
    this.#handover ??= deferred();
    return this.#handover.promise;
  }

  /** Sends DISCONNECT and closes. */
  async close(reasonCode: number, sessionExpiryInterval: number | undefined): Promise<void> {
    if (this.#ended) return;
    this.#flush();
    this.#disconnect(reasonCode, sessionExpiryInterval);
    this.#end(this.#error('closed', 'The connection was closed by this side'));
    await this.#transport.close();
  }

  read(): void {
    const { session } = this.#around;
    if (this.#reading || this.#ended || !this.#around.mayRead()) return;
    if (!session.owed && this.#silent === 0 && !this.#around.mayPush()) return;
    this.#reading = true;
    this.#decoder.keep();
    this.#transport.read(this.#decoder.wanted).then(this.#onChunk, this.#onError);
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

  /** Answers a challenge (section 4.12). */
  async #authenticate(): Promise<void> {
    const { reasonCode, properties } = this.#decoder;
    const { authentication, protocolVersion } = this.#around.settings;
    if (authentication === undefined || properties.authenticationMethod !== authentication.method) {
      throw protocolError(PROTOCOL_ERROR, 'an AUTH that was not asked for, or of another method');
    }
    if (reasonCode !== CONTINUE_AUTHENTICATION) return;
    const data = await this.#respond(properties.authenticationData);
    const { writer } = this.#around.session.wire;
    const { method } = authentication;
    const answer = { authenticationMethod: method, authenticationData: data };
    encodeReason(writer, AUTH, CONTINUE_AUTHENTICATION, answer, protocolVersion);
    this.#write(writer.take());
  }

  async #respond(challenge: Uint8Array | undefined): Promise<Uint8Array | undefined> {
    try {
      return await this.#around.settings.authentication?.respond(challenge);
    } catch (cause) {
      if (isFairleadError(cause)) throw cause;
      throw this.#error('auth', 'The callback of enhanced authentication failed', cause);
    }
  }

  readonly #onTick = (): void => {
    this.#scheduled = false;
    this.#flush();
  };

  /** Writes first and reads then: the other way round costs a third of a round trip's time. */
  #flush(): void {
    if (this.#ended || !this.#around.session.connected) return;
    if (this.#writes < MAX_WRITES && !this.#saving) {
      const bytes = this.#around.session.wire.writer.take();
      try {
        const saved = this.#around.saver.save();
        if (saved === undefined) this.#write(bytes);
        else this.#writeWhen(saved, bytes);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.read();
  }

  #writeWhen(saved: Promise<void>, bytes: Uint8Array): void {
    this.#saving = true;
    saved.then(() => {
      this.#saving = false;
      this.#write(bytes);
      this.#flush();
    }, this.#onError);
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#ended) return;
    const handover = this.#handover;
    this.#handover = undefined;
    this.#writes++;
    this.#sent = true;
    const written = this.#transport.write(bytes);
    written.then(this.#onWritten, this.#onError);
    if (handover !== undefined) written.then(() => handover.resolve(SUCCESS), handover.reject);
  }

  readonly #onWritten = (): void => {
    if (this.#writes-- === MAX_WRITES) this.#flush();
  };

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    this.#reading = false;
    if (this.#ended) return;
    this.#heard = true;
    this.#work(() => {
      if (chunk === undefined) throw this.#error('connection_lost', 'The broker closed the connection');
      this.#decoder.push(chunk);
      this.#drain();
    });
  };

  /** Does something with what has arrived, and then sends what it led to. */
  #work(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.abort(this.#failureOf(error));
      return;
    }
    this.#around.onWorked();
    this.#flush();
  }

  #drain(): void {
    const decoder = this.#decoder;
    const { session } = this.#around;
    for (let type = decoder.next(); type !== 0; type = decoder.next()) {
      if (session.receive(type, decoder)) continue;
      if (type === DISCONNECT) throw this.#disconnected();
      if (type === AUTH) this.#authenticate().catch(this.#onError);
      else if (type !== PINGRESP) throw protocolError(PROTOCOL_ERROR, `a second packet of type ${type}`);
    }
  }

  readonly #onError = (error: unknown): void => {
    this.#reading = false;
    if (!this.#ended) this.abort(this.#failureOf(error));
  };

  /** Every half of the keep-alive time: PINGREQ unless both sides have said something meanwhile (section 3.1.2.10). */
  #watchLife(halfMs: number): void {
    this.#keepAlive = this.#around.deadlines.add(halfMs, () => {
      if (this.#heard || !this.#around.mayRead()) this.#silent = 0;
      if (this.#silent > 1) {
        this.abort(this.#error('connection_lost', 'The broker did not answer PINGREQ in time'));
        return;
      }
      if (!this.#sent || !this.#heard) {
        encodePing(this.#around.session.wire.writer);
        this.#silent++;
        this.#flush();
      }
      this.#sent = this.#heard = false;
      this.#watchLife(halfMs);
    });
  }

  #disconnect(reasonCode: number, sessionExpiryInterval?: number): void {
    const { session, settings } = this.#around;
    const { writer } = session.wire;
    encodeReason(writer, DISCONNECT, reasonCode, { sessionExpiryInterval }, settings.protocolVersion);
    void this.#transport.write(writer.take());
  }

  #disconnected(): FairleadError {
    const { reasonCode, properties } = this.#decoder;
    const { peer } = this.#transport;
    return refused('ended the connection', reasonCode, properties.reasonString, 'connection_lost', { peer });
  }

  /** Ends it at once; a broker that broke the protocol is told so. */
  abort(reason: FairleadError): FairleadError {
    if (this.#ended) return reason;
    const told = reasonFor(reason);
    if (told !== undefined && this.#around.settings.protocolVersion === 5) {
      // Without what waits to be sent: its changes may not be stored.
      this.#around.session.wire.writer.take();
      this.#disconnect(told);
      this.#end(reason);
      void this.#transport.close();
    } else {
      this.#end(reason);
      this.#transport.destroy(reason);
    }
    return reason;
  }

  #end(reason: FairleadError): void {
    this.#ended = true;
    if (this.#keepAlive !== undefined) this.#around.deadlines.remove(this.#keepAlive);
    this.#handover?.reject(reason);
    this.#around.onEnd(reason);
  }

  #failureOf(error: unknown): FairleadError {
    if (isFairleadError(error)) return error;
    return this.#error('connection_lost', 'The connection to the broker failed', error);
  }

  #error(code: ErrorCode, message: string, cause?: unknown): FairleadError {
    return new FairleadError(code, message, { peer: this.#transport.peer, cause });
  }
}
