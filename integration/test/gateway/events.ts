// Reads what a gateway sends by and by: Server-Sent Events, and the JSON messages of a WebSocket. Each wait has an end.
import { once } from 'node:events';
import { request } from 'node:http';
import type { Json } from './support.ts';

/** How long an event may be in coming. */
const PATIENCE_MS = 20_000;

/** One event. */
export interface ReceivedEvent {
  readonly event: string;
  readonly id?: string | undefined;
  readonly retry?: string | undefined;
  readonly data: Json;
}

/** A stream of events that a test reads one by one. */
export interface EventReader {
  /** The next event; comments are passed over. @throws Error when the stream has ended. */
  next(): Promise<ReceivedEvent>;
  /** The next `count` events. */
  take(count: number): Promise<ReceivedEvent[]>;
  /** All up to the end. */
  rest(): Promise<ReceivedEvent[]>;
}

function readerOf(events: AsyncIterator<ReceivedEvent, void>): EventReader {
  const step = async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no event within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    return Promise.race([events.next(), late]).finally(() => clearTimeout(timer));
  };
  const next = async (): Promise<ReceivedEvent> => {
    const { done, value } = await step();
    if (done || value === undefined) throw new Error('the events have ended');
    return value;
  };
  return {
    next,
    async take(count) {
      const taken: ReceivedEvent[] = [];
      while (taken.length < count) taken.push(await next());
      return taken;
    },
    async rest() {
      const taken: ReceivedEvent[] = [];
      for (let one = await step(); !one.done; one = await step()) taken.push(one.value);
      return taken;
    },
  };
}

/** The events of a response. */
export function readEvents(response: Response): EventReader {
  return readerOf(parseEvents(response));
}

async function* parseEvents(response: Response): AsyncGenerator<ReceivedEvent, void, undefined> {
  if (response.status !== 200 || response.body === null) {
    throw new Error(`no events: ${response.status} ${await response.text()}`);
  }
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line): [string, string] => {
          const colon = line.indexOf(': ');
          return [line.slice(0, colon), line.slice(colon + 2)];
        }),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      yield {
        event: fields.get('event') ?? 'message',
        id: fields.get('id'),
        retry: fields.get('retry'),
        data: JSON.parse(data) as Json,
      };
    }
  }
}

/** A WebSocket to the gateway. */
export interface EventSocket extends EventReader {
  /** The subprotocol that was answered. */
  readonly protocol: string;
  /** The code that it was closed with. */
  readonly closed: Promise<number>;
  /** Sends a command: what is no string and no bytes, as JSON. */
  say(command: unknown): void;
  close(): void;
}

/** Opens a WebSocket with the token as a subprotocol, as browsers have to. */
export async function openEvents(url: URL, token: string): Promise<EventSocket> {
  const target = new URL(url);
  target.protocol = 'ws:';
  const bearer = `fairlead.bearer.${Buffer.from(token).toString('base64url')}`;
  const socket = new WebSocket(target.href, ['fairlead', bearer]);
  const queue = new TransformStream<ReceivedEvent, ReceivedEvent>(
    {},
    { highWaterMark: Number.POSITIVE_INFINITY },
  );
  const writer = queue.writable.getWriter();
  socket.addEventListener('message', ({ data }) => {
    const { event, id, ...members } = JSON.parse(String(data)) as Json;
    const name = { event: String(event), id: id === undefined ? undefined : String(id) };
    void writer.write({ ...name, data: members });
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => {
      void writer.close();
      resolve(code);
    });
  });
  await Promise.race([
    once(socket, 'open'),
    once(socket, 'error').then(() => Promise.reject(new Error('the WebSocket was refused'))),
  ]);
  return {
    ...readerOf(queue.readable[Symbol.asyncIterator]()),
    protocol: socket.protocol ?? '',
    closed,
    say: (command) =>
      socket.send(
        typeof command === 'string' || command instanceof Uint8Array ? command : JSON.stringify(command),
      ),
    close: () => socket.close(),
  };
}

/** What a handshake is answered with that is to be refused. */
export async function refusedHandshake(
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: Json }> {
  const asking = request(url.href, {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
      ...headers,
    },
  });
  asking.on('upgrade', () => asking.destroy(new Error('the handshake was accepted')));
  asking.end();
  const [response] = await once(asking, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, body: JSON.parse(text) as Json };
}
