// One command under way: its tag, what takes its data, and its answer. Types, and the object that is waited for.
import type { Readers } from '../responses/readers.ts';
import type { Response, TaggedResponse } from '../responses/types/response.ts';
import type { Argument } from '../wire/arguments.ts';

/** A command, and what it means for the caller. */
export interface Command {
  /** `UID FETCH`. */
  readonly name: string;
  readonly args?: readonly Argument[] | undefined;
  /**
   * What it can change at the server: everything or nothing; or a part of it, also where it is refused. Default: nothing.
   */
  readonly effect?: 'atomic' | 'partial' | undefined;
  /** Of the responses that it has besides those that may come at any time. */
  readonly readers?: Readers | undefined;
  /** Takes what the server sends until the command's end. */
  readonly onData?: ((response: Response) => void) | undefined;
  /** Whether it names messages by their places, which the server must not change until its end (RFC 9051 section 7.5.1). */
  readonly isBySequence?: boolean | undefined;
  /** Writes the literal of an `ExternalArgument`. */
  readonly writeLiteral?: (() => Promise<void>) | undefined;
  /** Whether its literals wait for the server's consent, also where they need not. */
  readonly asksFirst?: boolean | undefined;
  /** Default: the next number. */
  readonly tag?: string | undefined;
}

/** A command that was sent. */
export class Exchange {
  readonly command: Command;
  /** The server's answer, once it is there. */
  reply: TaggedResponse | undefined;
  /** Whether the server was asked for a continuation. */
  wantsContinuation = false;
  /** The text of the continuation that has come. */
  continuation: string | undefined;
  /** Whether the call may have changed something before it. */
  hadEffect = false;
  /** Untagged responses so far. */
  untagged = 0;

  constructor(command: Command) {
    this.command = command;
  }
}
