// One WebSocket of a session: events out, commands in, each answer to its question.
import { FairleadProblem } from '@fairlead/sdk';
import { problemOf } from '../../../session/problem-of.ts';
import type { ChatEvent } from '../chat/events.ts';

/** A command as the gateway takes it, without `ref`. */
export type Command = { readonly command: string } & Readonly<Record<string, unknown>>;
/** What the gateway answers to a command. */
export type Answer = Readonly<Record<string, unknown>>;

/** What the socket tells. */
export interface SocketListener {
  event(event: ChatEvent): void;
  /** The socket has ended. @param reason The gateway's problem, or what the server said; undefined where the connection broke. */
  ended(reason: FairleadProblem | undefined): void;
}

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** The socket. */
export class IrcSocket {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  #ref = 0;
  #reason: FairleadProblem | undefined;

  constructor(socket: WebSocket, listener: SocketListener) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(data), listener));
    socket.addEventListener('close', () => {
      const gone = this.#reason ?? lost();
      for (const { reject } of this.#pending.values()) reject(gone);
      this.#pending.clear();
      listener.ended(this.#reason);
    });
  }

  /** Sends a command. @returns Its answer. @throws FairleadProblem */
  ask(command: Command): Promise<Answer> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(lost());
    this.#ref++;
    const ref = this.#ref;
    this.#socket.send(JSON.stringify({ ...command, ref }));
    return new Promise((resolve, reject) => {
      this.#pending.set(ref, { resolve, reject });
    });
  }

  close(): void {
    this.#socket.close(1000);
  }

  #take(event: Answer, listener: SocketListener): void {
    const isAnswer = event.event === 'done' || (event.event === 'error' && 'problem' in event);
    if (!isAnswer) {
      if (event.event === 'error') this.#reason = endOf(event);
      listener.event(event as unknown as ChatEvent);
      return;
    }
    const pending = this.#pending.get(Number(event.ref));
    if (pending === undefined) {
      if (event.event === 'error') this.#reason = problemOf(event.problem);
      return;
    }
    this.#pending.delete(Number(event.ref));
    if (event.event === 'done') pending.resolve(event);
    else pending.reject(problemOf(event.problem) ?? new Error('The gateway refused without words.'));
  }
}

/** The server's ERROR: it closes the connection. */
function endOf({ server }: Answer): FairleadProblem {
  const { message = '' } = (server ?? {}) as { readonly message?: string };
  return new FairleadProblem({
    code: 'connection_lost',
    detail: `The server ended the connection: ${message}`,
  });
}

function lost(): FairleadProblem {
  return new FairleadProblem({
    code: 'connection_lost',
    detail: 'The connection to the gateway is gone.',
  });
}
