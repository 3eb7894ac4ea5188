// The load of one run, in a process of its own, so that its CPU is not counted: connections that are kept, one request at a time
// on each, the next one as soon as the answer is complete. It writes ready-made bytes and looks for no more than an answer's end.
import { connect, type Socket } from 'node:net';
import { cpuMs } from '../cpu.ts';

/** What to run. */
export interface LoadOrder {
  readonly port: number;
  /** The whole request, ready to be sent. */
  readonly request: string;
  /** What each answer must hold. */
  readonly expected: string;
  readonly concurrent: number;
  /** For how long, in milliseconds. */
  readonly ms: number;
  /** The process whose CPU is read before and after. */
  readonly pid: number;
}

/** How it went. */
export type LoadResult =
  | { readonly requests: number; readonly ms: number; readonly cpuMs: number }
  | { readonly error: string };

const HEAD_END = Buffer.from('\r\n\r\n');
const CHUNKS_END = Buffer.from('0\r\n\r\n');

process.on('message', (order: LoadOrder) => {
  run(order).then(report, (error: unknown) => report({ error: String(error) }));
});

function report(result: LoadResult): void {
  process.send?.(result);
}

/** One request on each connection, uncounted; then all of them for the time of the order. */
async function run(order: LoadOrder): Promise<LoadResult> {
  const lines = await Promise.all(Array.from({ length: order.concurrent }, () => Line.open(order)));
  await Promise.all(lines.map((line) => line.ask()));
  const cpuBefore = cpuMs(order.pid);
  const start = performance.now();
  const end = start + order.ms;
  let requests = 0;
  await Promise.all(
    lines.map(async (line) => {
      while (performance.now() < end) {
        await line.ask();
        requests += 1;
      }
    }),
  );
  const ms = performance.now() - start;
  const cpu = cpuMs(order.pid) - cpuBefore;
  for (const line of lines) line.close();
  return { requests, ms, cpuMs: cpu };
}

/** One connection. */
class Line {
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #expected: Buffer;
  #received: Buffer = Buffer.alloc(0);
  #answered: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  static async open(order: LoadOrder): Promise<Line> {
    const socket = connect(order.port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Line(socket, order);
  }

  constructor(socket: Socket, { request, expected }: LoadOrder) {
    this.#socket = socket;
    this.#request = Buffer.from(request);
    this.#expected = Buffer.from(expected);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('The connection was closed.')));
  }

  /** @throws Error when the answer is not what it should be. */
  ask(): Promise<void> {
    this.#received = Buffer.alloc(0);
    this.#socket.write(this.#request);
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const all = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    this.#received = all;
    const head = all.indexOf(HEAD_END);
    if (head < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(all.toString('latin1', 0, head))?.[1];
    const body = all.subarray(head + HEAD_END.length);
    const isWhole =
      length === undefined
        ? body.subarray(-CHUNKS_END.length).equals(CHUNKS_END)
        : body.length >= Number(length);
    if (!isWhole) return;
    if (all.includes(this.#expected)) this.#answered?.();
    else this.#failed?.(new Error(`Not the answer that was expected: ${all}`));
  }
}
