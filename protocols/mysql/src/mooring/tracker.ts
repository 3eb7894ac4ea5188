// Finds the end of each answer, from the beginnings of the messages in both directions. It keeps no message.
import { FairleadError, type Peer } from '@fairlead/errors';
import type { AnswerTracker } from '@fairlead/mooring';
import { endedByServer } from '../errors.ts';
import {
  decodeEof,
  decodeError,
  decodeOk,
  decodePrepared,
  ERR,
  isEof,
  LOCAL_FILE,
  OK,
} from '../wire/decode.ts';
import { COMMAND } from '../wire/encode.ts';
import type { OkPacket } from '../wire/messages.ts';
import { malformed, type PacketReader } from '../wire/packet-reader.ts';
import { FileContent, Messages } from './messages.ts';
import { NEXT_TRANSACTION } from './trace.ts';

/** Flags of the server's status. */
const IN_TRANSACTION = 0x0001;
const MORE_RESULTS = 0x0008;
/** More than a statement for the next transaction has. */
const MAX_NEXT_BYTES = 64;

/** A command that is to be answered. */
interface Owed {
  readonly isPrepare: boolean;
  /** Whether it sets how the next transaction is. */
  readonly isForNext: boolean;
  /** The number of its answer's first packet. */
  readonly sequence: number;
}

/** What comes next of an answer. */
type Next = 'answer' | 'result' | 'columns' | 'columnsEnd' | 'rows' | 'lists' | 'file';

/** One connection's answers. Without CLIENT_DEPRECATE_EOF, which this package's client does not ask for. */
export class MysqlTracker implements AnswerTracker {
  readonly #peer: Peer;
  readonly #owed: Owed[] = [];
  #next: Next = 'answer';
  /** How many columns, or lists of them, are still to come. */
  #left = 0;
  #inTransaction = false;
  /** Whether a transaction is awaited that is to be as was set. */
  #awaitsTransaction = false;
  /** Whether an error has come since the last `sent`. */
  hasFailed = false;
  /** Whether a borrower's statement had an error or warnings, or has changed a variable whose changes the server reports. */
  #hasLeftovers = false;
  #isLent = false;
  readonly #file = new FileContent();
  readonly #toServer = new Messages((reader, length, first, last) => {
    if (this.#file.takes(first, length)) return;
    const isForNext = length < MAX_NEXT_BYTES && isForNextTransaction(reader);
    this.#command(reader.peek(), (last + 1) & 0xff, isForNext);
  });
  readonly #fromServer = new Messages((reader, _, first) => this.#receive(reader, first));

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  sent(bytes: Uint8Array, owed: number | undefined): void {
    this.hasFailed = false;
    this.#isLent = owed !== undefined;
    if (!this.#isLent) this.#hasLeftovers = this.#awaitsTransaction = false;
    this.#toServer.take(bytes);
  }

  received(bytes: Uint8Array): void {
    this.#fromServer.take(bytes);
  }

  get owes(): boolean {
    return this.#owed.length > 0;
  }

  get isIdle(): boolean {
    return this.#isOutside && !this.#awaitsTransaction;
  }

  get needsReset(): boolean {
    return (this.#hasLeftovers || this.#awaitsTransaction) && this.#isOutside;
  }

  /** Whether all is answered, outside of a transaction. */
  get #isOutside(): boolean {
    const isWhole = this.#toServer.isWhole && this.#fromServer.isWhole;
    return isWhole && this.#owed.length === 0 && !this.#inTransaction;
  }

  #command(command: number, sequence: number, isForNext: boolean): void {
    switch (command) {
      case COMMAND.closeStatement:
      case COMMAND.quit:
        return;
      case COMMAND.query:
      case COMMAND.prepare:
      case COMMAND.execute:
      case COMMAND.initDatabase:
      case COMMAND.ping:
      case COMMAND.resetConnection:
        this.#owed.push({ isPrepare: command === COMMAND.prepare, isForNext, sequence });
        return;
      default:
        throw new FairleadError('protocol', 'A pooled connection of MySQL has no such command.');
    }
  }

  #receive(reader: PacketReader, sequence: number): void {
    const first = this.#owed[0];
    const isError = reader.peek() === ERR;
    if (first === undefined || (this.#next === 'answer' && sequence !== first.sequence)) {
      if (isError) throw endedByServer(decodeError(reader), this.#peer);
      throw malformed('it answers no command, or came out of order');
    }
    if (isError) {
      this.hasFailed = true;
      // SHOW WARNINGS would tell the next borrower of it.
      this.#hasLeftovers ||= this.#isLent;
      this.#end();
    } else if (first.isPrepare) this.#takePrepared(reader);
    else this.#takeResult(reader);
  }

  #takePrepared(reader: PacketReader): void {
    if (this.#next === 'answer') {
      const { parameterCount, columnCount } = decodePrepared(reader);
      this.#left = Math.sign(parameterCount) + Math.sign(columnCount);
      this.#next = 'lists';
    } else if (isEof(reader)) this.#left -= 1;
    if (this.#left === 0) this.#end();
  }

  #takeResult(reader: PacketReader): void {
    switch (this.#next) {
      case 'columns':
        this.#left -= 1;
        if (this.#left === 0) this.#next = 'columnsEnd';
        return;
      case 'columnsEnd':
        if (!isEof(reader)) throw malformed('the columns do not end where they should');
        this.#next = 'rows';
        return;
      case 'rows':
        if (isEof(reader)) this.#endResult(decodeEof(reader));
        return;
      default:
        this.#beginResult(reader);
    }
  }

  /** The first message of a result, or the one behind the content of a file. */
  #beginResult(reader: PacketReader): void {
    const first = reader.peek();
    if (first === OK) this.#endResult(decodeOk(reader));
    else if (this.#next === 'file' || isEof(reader)) throw malformed('a result begins in no known way');
    else if (first === LOCAL_FILE) this.#next = 'file';
    else {
      this.#left = reader.length();
      if (this.#left < 1) throw malformed('a result has no such number of columns');
      this.#next = 'columns';
    }
  }

  #endResult({ status, warningCount, variables }: OkPacket): void {
    this.#inTransaction = (status & IN_TRANSACTION) !== 0;
    if (this.#inTransaction) this.#awaitsTransaction = false;
    else if (this.#isLent && this.#owed[0]?.isForNext) this.#awaitsTransaction = true;
    if (this.#isLent && (warningCount > 0 || variables?.size)) this.#hasLeftovers = true;
    if ((status & MORE_RESULTS) === 0) this.#end();
    else this.#next = 'result';
  }

  #end(): void {
    this.#owed.shift();
    this.#next = 'answer';
  }
}

function isForNextTransaction({ bytes, at, end }: PacketReader): boolean {
  return bytes[at] === COMMAND.query && NEXT_TRANSACTION.test(bytes.toString('latin1', at + 1, end));
}
