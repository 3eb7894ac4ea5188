// The record layer of one connection: records in and out, in clear and protected, alerts, and the handshake messages that
// records carry. It knows no message's meaning.
import { concat } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import type { TlsVersion, Transport } from '@fairlead/transport';
import type { ClientStream, Protection } from '../client/types.ts';
import { ALERTS, type AlertName, TlsFault } from '../fault.ts';
import { AlertReader } from './alerts.ts';
import { RecordInput } from './input.ts';
import { MessageBuffer } from './message-buffer.ts';
import { expansionOf, Opener, plainRecords, Sealer } from './protection.ts';
import {
  CONTENT,
  FIRST_RECORD_VERSION,
  MAX_EMPTY_RECORDS,
  MAX_HANDSHAKE_RECORD_BYTES,
  MAX_HANDSHAKE_RECORDS,
  MAX_PLAINTEXT_BYTES,
  type OpenRecord,
  type RawRecord,
  RECORD_VERSION,
} from './record.ts';

/** A ChangeCipherSpec's one byte, RFC 5246 section 7.1. */
const CHANGE_CIPHER_SPEC = Uint8Array.of(1);
const WARNING = 1;
const FATAL = 2;

/** Records over an inner transport, and handshake messages in them. */
export class RecordLayer implements ClientStream {
  /** The records that arrive, for whoever reads application data. */
  readonly input: RecordInput;
  /** Handshake messages as they arrive. */
  readonly messages = new MessageBuffer();
  readonly #transport: Transport;
  readonly #alerts = new AlertReader();
  #version: TlsVersion | undefined;
  #opener: Opener | undefined;
  #sealer: Sealer | undefined;
  #sentHello = false;
  /** What is to leave in front of the next record. */
  #prefix: Uint8Array | undefined;
  #records = 0;
  #recordBytes = 0;
  #empty = 0;
  /** Settles when everything before was handed to the transport. */
  #handed: Promise<unknown> = Promise.resolve();
  #unhanded = 0;

  /** @param inner The transport underneath; nobody else reads or writes it from now on. */
  constructor(inner: Transport) {
    this.#transport = inner;
    this.input = new RecordInput(inner);
  }

  get hasPart(): boolean {
    return this.messages.length > 0;
  }

  /** The version, once it is chosen. */
  get version(): TlsVersion | undefined {
    return this.#version;
  }

  /** Whether `bytes` more may be sealed with the keys in force. */
  suffices(bytes: number): boolean {
    return this.#sealer?.suffices(bytes) ?? true;
  }

  /** Settles when the inner transport has been given everything so far, whether it accepts it or not. Never rejects. */
  get handed(): Promise<unknown> {
    return this.#handed;
  }

  settle(version: TlsVersion): void {
    this.#version = version;
    this.input.isVersionFixed = true;
  }

  async next(): Promise<Uint8Array> {
    for (;;) {
      const message = this.messages.take();
      if (message !== undefined) return message;
      const record = await this.#handshakeRecord();
      if (record.type !== CONTENT.handshake) throw this.misplaced(record.type);
      this.takeMessagePart(record.content);
    }
  }

  async expectChangeCipherSpec(): Promise<void> {
    if (this.hasPart)
      throw new TlsFault('unexpected_message', 'a message stands where ChangeCipherSpec has to');
    const { type, content } = await this.#handshakeRecord();
    if (type !== CONTENT.changeCipherSpec) throw this.misplaced(type);
    checkChangeCipherSpec(content);
  }

  /** Takes the content of a handshake record. @throws TlsFault for an empty one, and for too much. */
  takeMessagePart(content: Uint8Array): void {
    if (content.length === 0) throw new TlsFault('unexpected_message', 'a handshake record is empty');
    this.messages.push(content);
    this.clearEmpty();
  }

  readWith(protection: Protection): void {
    if (this.hasPart) {
      throw new TlsFault('unexpected_message', 'handshake messages go on where keys have to change');
    }
    this.#opener = new Opener(protection);
    this.input.maxBodyBytes = MAX_PLAINTEXT_BYTES + expansionOf(protection);
  }

  writeWith(protection: Protection): void {
    this.#sealer = new Sealer(protection);
  }

  send(...messages: Uint8Array[]): Promise<void> {
    const [first] = messages;
    return this.sendRecords(
      CONTENT.handshake,
      messages.length === 1 && first !== undefined ? first : concat(messages),
    );
  }

  /** Under TLS 1.3 it means nothing and leaves together with what is sent next. */
  async sendChangeCipherSpec(): Promise<void> {
    if (this.#version === 'TLSv1.3') {
      this.#prefix = plainRecords(CONTENT.changeCipherSpec, RECORD_VERSION, CHANGE_CIPHER_SPEC);
      return;
    }
    await this.sendRecords(CONTENT.changeCipherSpec, CHANGE_CIPHER_SPEC);
  }

  /** Sends an alert; `close_notify` and `user_canceled` as warnings, all others as fatal ones. */
  sendAlert(name: AlertName): Promise<void> {
    const isWarning = name === 'close_notify' || name === 'user_canceled';
    return this.sendRecords(CONTENT.alert, Uint8Array.of(isWarning ? WARNING : FATAL, ALERTS[name]));
  }

  /**
   * Sends `content` in as many records as it needs, with the keys in force at this moment.
   * @returns Settles when the transport has accepted them.
   */
  async sendRecords(type: number, content: Uint8Array): Promise<void> {
    const records = this.#seal(type, content);
    const prefix = this.#prefix;
    this.#prefix = undefined;
    this.#unhanded++;
    const handing = this.#hand(this.#handed, prefix, records);
    this.#handed = handing.catch(() => undefined);
    const { accepted } = await handing;
    await accepted;
  }

  /** Sealing takes a moment, so what was sealed first waits to be first. */
  async #hand(
    before: Promise<unknown>,
    prefix: Uint8Array | undefined,
    records: Uint8Array | Promise<Uint8Array>,
  ): Promise<{ readonly accepted: Promise<void> }> {
    try {
      const bytes = await records;
      await before;
      return { accepted: this.#transport.write(prefix === undefined ? bytes : concat([prefix, bytes])) };
    } finally {
      this.#unhanded--;
    }
  }

  #seal(type: number, content: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (this.#sealer !== undefined) return this.#sealer.seal(type, content);
    const version = this.#sentHello ? RECORD_VERSION : FIRST_RECORD_VERSION;
    this.#sentHello = true;
    return plainRecords(type, version, content);
  }

  /** Waits for more bytes, behind what is being sent: a request that leaves before its read begins costs less. */
  async more(): Promise<boolean> {
    if (this.#unhanded > 0) await this.#handed;
    return this.input.more();
  }

  /** Opens a record with the keys in force; several may be on their way at once. */
  open(record: RawRecord): Promise<OpenRecord> {
    if (this.#opener !== undefined) return this.#opener.open(record);
    return Promise.resolve({ type: record.type, content: record.body });
  }

  /** The next record of the handshake that is neither an alert nor passed over. */
  async #handshakeRecord(): Promise<OpenRecord> {
    for (;;) {
      const raw = this.input.take();
      if (raw === undefined) {
        if (!(await this.more())) throw this.#hungUp();
        continue;
      }
      this.#records++;
      this.#recordBytes += raw.body.length;
      // Bytes without an end are nearly all padding.
      if (this.#records > MAX_HANDSHAKE_RECORDS || this.#recordBytes > MAX_HANDSHAKE_RECORD_BYTES)
        throw new TlsFault('unexpected_message', 'the handshake has too many records');
      if (this.#passesOver(raw)) continue;
      const record = await this.open(raw);
      if (record.type !== CONTENT.alert) return record;
      if (this.readAlert(record.content) === 'closed') throw this.#hungUp();
    }
  }

  /** RFC 8446 section 5: one byte of 1, in clear, between ServerHello and Finished, means nothing. */
  #passesOver({ type, body }: RawRecord): boolean {
    if (type !== CONTENT.changeCipherSpec || this.#version !== 'TLSv1.3') return false;
    checkChangeCipherSpec(body);
    this.countEmpty();
    return true;
  }

  /** One more record in a row without anything in it. @throws TlsFault where there are too many. */
  countEmpty(): void {
    this.#empty++;
    if (this.#empty > MAX_EMPTY_RECORDS) {
      throw new TlsFault('unexpected_message', `the server sent ${this.#empty} empty records in a row`);
    }
  }

  /** The row of empty records has ended. */
  clearEmpty(): void {
    this.#empty = 0;
  }

  /** As `AlertReader.read`. */
  readAlert(content: Uint8Array): 'closed' | undefined {
    return this.#alerts.read(content, this.#version === 'TLSv1.3');
  }

  /** The fault of a record of a type that may not stand here. */
  misplaced(type: number): TlsFault {
    return new TlsFault('unexpected_message', `a record of type ${type} stands where none may`);
  }

  #hungUp(): FairleadError {
    return new FairleadError('connection_lost', 'the server ended the connection during the handshake');
  }
}

function checkChangeCipherSpec(content: Uint8Array): void {
  if (content.length === 1 && content[0] === 1) return;
  throw new TlsFault('unexpected_message', 'a ChangeCipherSpec is malformed');
}
