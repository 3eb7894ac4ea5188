// A shell's WebSocket: what is typed goes up, what is shown comes down and is confirmed once it is shown, so that a fast server waits.
import { type Ending, readMessage } from './ending.ts';

/** The subprotocol. */
export const SHELL_PROTOCOL = 'fairlead.shell.v1';
/** Shown bytes are confirmed in steps of so many: the gateway keeps at most 1 MiB ahead. */
const CONFIRMED_STEP = 65_536;
/** Longer input is cut. */
const MAX_MESSAGE = 32_768;
/** So many keys wait that are typed before the shell is open. */
const MAX_WAITING = 1_000;

/** What happens at a link. */
export interface LinkEvents {
  readonly onOpen: () => void;
  /** Resolves once the bytes are shown. */
  readonly onBytes: (bytes: Uint8Array) => Promise<void>;
  /** Once. */
  readonly onEnd: (ending: Ending) => void;
}

/** One shell, from its opening to its end. */
export class ShellLink {
  readonly #socket: WebSocket;
  readonly #events: LinkEvents;
  #ending: Ending | undefined;
  #isOver = false;
  #shown = 0;
  #confirmed = 0;
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];

  /** @param socket That is opening, with the subprotocol `fairlead.shell.v1`. */
  constructor(socket: WebSocket, events: LinkEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#take(data));
    socket.addEventListener('close', ({ code, reason }) =>
      this.#end(this.#ending ?? { kind: 'closed', code, reason }),
    );
    socket.addEventListener('open', () => {
      this.#say({ received: 0 });
      events.onOpen();
      for (const bytes of this.#waiting.splice(0)) this.type(bytes);
    });
  }

  /** Sends what was typed, as soon as the shell is open. Does nothing once it has ended. */
  type(bytes: Uint8Array<ArrayBuffer>): void {
    const { readyState } = this.#socket;
    if (readyState === WebSocket.CONNECTING && this.#waiting.length < MAX_WAITING) this.#waiting.push(bytes);
    if (readyState !== WebSocket.OPEN) return;
    for (let at = 0; at < bytes.length; at += MAX_MESSAGE)
      this.#socket.send(bytes.slice(at, at + MAX_MESSAGE));
  }

  /** Tells the terminal's size. */
  resize(columns: number, rows: number): void {
    this.#say({ resize: { columns, rows } });
  }

  /** Ends the shell. */
  close(): void {
    this.#end({ kind: 'left' });
    this.#socket.close(1000);
  }

  #take(data: unknown): void {
    if (this.#isOver) return;
    if (typeof data === 'string') {
      this.#ending = readMessage(data) ?? this.#ending;
      return;
    }
    if (!(data instanceof ArrayBuffer)) return;
    const bytes = new Uint8Array(data);
    void this.#events.onBytes(bytes).then(() => this.#confirm(bytes.length));
  }

  #confirm(count: number): void {
    this.#shown += count;
    if (this.#shown - this.#confirmed < CONFIRMED_STEP) return;
    this.#confirmed = this.#shown;
    this.#say({ received: this.#shown });
  }

  #say(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onEnd(ending);
  }
}
