// A connection behind its handshake: application data in and out, KeyUpdate, tickets, the end (RFC 8446 section 4.6 and 6.1).
import { concat } from '@fairlead/bytes';
import { TlsFault } from '../fault.ts';
import type { RecordLayer } from '../record/layer.ts';
import { CONTENT, type OpenRecord, type RawRecord } from '../record/record.ts';
import { HANDSHAKE, keyUpdate, messageName, readKeyUpdate } from '../wire/messages.ts';
import type { HandshakeOutcome, Ticket, Tls13Traffic, TrafficKeys } from './types.ts';

/** Records that are opened at a time. Behind a KeyUpdate the others of them are opened once more. */
const RECORDS_AT_A_TIME = 4;
/** Contents of records that wait to be read before they are put together. */
const MAX_PARTS = 64;
/** Messages behind the handshake that may follow each other without a byte of data; as many as BoringSSL takes. */
const MAX_MESSAGES = 32;

const noop = (): void => undefined;

/** Application data over the record layer. One read at a time; writes in order. */
export class Connection {
  readonly #layer: RecordLayer;
  readonly #traffic: Tls13Traffic | undefined;
  readonly #onTicket: (ticket: Ticket) => void;
  #readKeys: TrafficKeys | undefined;
  #writeKeys: TrafficKeys | undefined;
  /** What was opened and not read yet. */
  #ready: Uint8Array[] = [];
  #readyBytes = 0;
  /** Set once nothing more will come: the end of the stream, or why. */
  #end: { readonly failure: unknown } | undefined;
  #messages = 0;
  /** The server wants this side's keys to change before its next data. */
  #isUpdateAsked = false;
  #updating: Promise<void> = Promise.resolve();
  /** Writes that wait behind a change of keys. */
  #behindUpdate = 0;

  /**
   * @param layer The record layer, with the keys for application data in force.
   * @param onTicket Gets each ticket that is worth keeping.
   */
  constructor(layer: RecordLayer, { tls13 }: HandshakeOutcome, onTicket: (ticket: Ticket) => void) {
    this.#layer = layer;
    this.#traffic = tls13;
    this.#onTicket = onTicket;
    this.#readKeys = tls13?.read;
    this.#writeKeys = tls13?.write;
    layer.messages.restart();
    layer.clearEmpty();
  }

  /** Whether bytes were received that nobody has read. */
  get hasUnread(): boolean {
    return this.#readyBytes > 0;
  }

  /**
   * At least `atLeast` bytes, fewer only in front of a close_notify; `undefined` behind it.
   * @throws TlsFault; ReceivedAlert; Truncated; FairleadError of the inner transport.
   */
  async read(atLeast: number): Promise<Uint8Array | undefined> {
    while (this.#readyBytes < atLeast && this.#end === undefined) await this.#receive();
    if (this.#readyBytes >= atLeast) return this.#take(atLeast);
    if (this.#end?.failure !== undefined) throw this.#end.failure;
    return this.#readyBytes === 0 ? undefined : this.#take(this.#readyBytes);
  }

  /**
   * @returns Settles when the transport has accepted the bytes.
   * @throws TlsFault where the keys have protected all that they may, and cannot change (TLS 1.2).
   */
  write(bytes: Uint8Array): Promise<void> {
    const mustUpdate = this.#isUpdateAsked || !this.#layer.suffices(bytes.length);
    if (!mustUpdate && this.#behindUpdate === 0)
      return this.#layer.sendRecords(CONTENT.applicationData, bytes);
    if (mustUpdate) {
      this.#isUpdateAsked = false;
      this.#updating = this.#updating.then(() => this.#update());
      this.#updating.catch(noop);
    }
    return this.#afterUpdate(() => this.#layer.sendRecords(CONTENT.applicationData, bytes));
  }

  /** Says that nothing more will be written. */
  closeNotify(): Promise<void> {
    if (this.#behindUpdate === 0) return this.#layer.sendAlert('close_notify');
    return this.#afterUpdate(() => this.#layer.sendAlert('close_notify'));
  }

  async #afterUpdate(send: () => Promise<void>): Promise<void> {
    this.#behindUpdate++;
    try {
      await this.#updating;
    } finally {
      this.#behindUpdate--;
    }
    // Those that wait here go on in the order in which they came, and each begins to send before anybody else can.
    await send();
  }

  /** Section 4.6.3: KeyUpdate is the last message under the old keys. */
  async #update(): Promise<void> {
    const next = await this.#writeKeys?.next();
    if (next === undefined) {
      throw new TlsFault(
        'internal_error',
        'the keys have protected all that they may: open another connection',
      );
    }
    const protection = await next.protection('seal');
    const sending = this.#layer.send(keyUpdate());
    this.#writeKeys = next;
    this.#layer.writeWith(protection);
    await sending;
  }

  #take(atLeast: number): Uint8Array {
    const [first] = this.#ready;
    if (first !== undefined && first.length >= atLeast) {
      this.#ready.shift();
      this.#readyBytes -= first.length;
      return first;
    }
    let length = 0;
    let count = 0;
    while (length < atLeast) length += this.#ready[count++]?.length ?? atLeast;
    this.#readyBytes -= length;
    return concat(this.#ready.splice(0, count));
  }

  /** Opens the records that are there, or waits for more bytes. What came before a failure is still read. */
  async #receive(): Promise<void> {
    try {
      const records: RawRecord[] = [];
      const fault = this.#collect(records);
      if (records.length > 0) await this.#openAll(records);
      if (fault !== undefined) throw fault;
      if (records.length === 0 && !(await this.#layer.more())) throw new Truncated();
    } catch (error) {
      this.#end ??= { failure: error };
    }
  }

  /** @returns The fault behind the records, if there is one. */
  #collect(records: RawRecord[]): unknown {
    try {
      while (records.length < RECORDS_AT_A_TIME) {
        const record = this.#layer.input.take();
        if (record === undefined) break;
        records.push(record);
      }
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async #openAll(records: readonly RawRecord[]): Promise<void> {
    const open = (record: RawRecord): Promise<OpenRecord> => {
      const opening = this.#layer.open(record);
      opening.catch(noop);
      return opening;
    };
    let openings = records.map(open);
    for (let i = 0; i < openings.length && this.#end === undefined; i++) {
      const opening = openings[i];
      if (opening === undefined) return;
      const haveKeysChanged = await this.#accept(await opening);
      if (haveKeysChanged) openings = [...openings.slice(0, i + 1), ...records.slice(i + 1).map(open)];
    }
  }

  /** @returns Whether the keys for reading are new. */
  async #accept({ type, content }: OpenRecord): Promise<boolean> {
    if (type === CONTENT.alert) {
      if (this.#layer.readAlert(content) === 'closed') this.#end = { failure: undefined };
      return false;
    }
    if (type === CONTENT.handshake) return this.#acceptMessages(content);
    if (type !== CONTENT.applicationData || this.#layer.hasPart) throw this.#layer.misplaced(type);
    if (content.length === 0) {
      this.#layer.countEmpty();
      return false;
    }
    this.#layer.clearEmpty();
    this.#messages = 0;
    // Small contents of padded records would each hold on to their whole record while a read waits for more.
    if (this.#ready.length >= MAX_PARTS) this.#ready = [concat(this.#ready)];
    this.#ready.push(content);
    this.#readyBytes += content.length;
    return false;
  }

  async #acceptMessages(content: Uint8Array): Promise<boolean> {
    const { messages } = this.#layer;
    this.#layer.takeMessagePart(content);
    let haveKeysChanged = false;
    for (let message = messages.take(); message !== undefined; message = messages.take()) {
      messages.restart();
      this.#messages++;
      if (this.#messages > MAX_MESSAGES) {
        throw new TlsFault('unexpected_message', 'the server sends handshake messages without end');
      }
      if (await this.#acceptMessage(message)) haveKeysChanged = true;
    }
    return haveKeysChanged;
  }

  async #acceptMessage(message: Uint8Array): Promise<boolean> {
    const [type] = message;
    if (this.#traffic === undefined && type === HANDSHAKE.hello_request) {
      throw new TlsFault('no_renegotiation', 'the server wants to renegotiate, which is not done here');
    }
    if (type === HANDSHAKE.new_session_ticket && this.#traffic !== undefined) {
      const ticket = await this.#traffic.ticketOf(message);
      if (ticket !== undefined) this.#onTicket(ticket);
      return false;
    }
    if (type !== HANDSHAKE.key_update || this.#readKeys === undefined) {
      throw new TlsFault('unexpected_message', `${messageName(type)} came behind the handshake`);
    }
    this.#isUpdateAsked = readKeyUpdate(message) || this.#isUpdateAsked;
    this.#readKeys = await this.#readKeys.next();
    this.#layer.readWith(await this.#readKeys.protection('open'));
    return true;
  }
}

/** The stream has ended without close_notify, so that nobody knows whether that was its end (RFC 8446 section 6.1). */
export class Truncated extends Error {
  override readonly name = 'Truncated';

  constructor() {
    super("The server ended it without TLS's close_notify, so what came last may have been cut off");
  }
}
