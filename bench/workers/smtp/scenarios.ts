// What a mail client is asked in each scenario, on one connection.
import { burst, type Subject, type Timed, timed } from '../round.ts';

const CONNECTS = 20;
const READY = 200;
const SEQUENTIAL = 1000;
const IN_FLIGHT = 100;
const BATCHES = 10;

/** Of the attachment. */
export const ATTACHMENT_MB = 20;
const PIECE_BYTES = 40_000;
export const FROM = 'sender@example.com';
export const TO = 'recipient@example.net';

const TEXT_LINE = 'The quick brown fox jumps over the lazy dog, and nobody minds.\r\n';

/** 2 kB of plain ASCII, as it stands. */
export const MESSAGE: Uint8Array = new TextEncoder().encode(
  `From: Sender <${FROM}>\r\nTo: Recipient <${TO}>\r\nSubject: A message\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\n` +
    `Message-ID: <bench@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n${TEXT_LINE.repeat(28)}`,
);

/** What is composed: two bodies of 900 bytes each. */
export const MAIL = {
  subject: 'Grüße from the bench',
  text: TEXT_LINE.repeat(14),
  html: `<p>${TEXT_LINE.repeat(14)}</p>`,
};

/** What the scenarios ask of a client. */
export interface Client {
  /** Sends `MESSAGE`; absent where the client can only compose. */
  sendRaw?(): Promise<unknown>;
  /** Composes `MAIL` and sends it; with an attachment of `ATTACHMENT_MB` where it is asked to. */
  send?(attachment: boolean): Promise<unknown>;
  close(): unknown;
}

/** Connects to this machine, without TLS. */
export type Open = (port: number) => Promise<Client>;

/** The attachment as a stream that is read no faster than it is sent. */
export async function* attachmentPieces(): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(PIECE_BYTES).fill(120);
  for (let left = ATTACHMENT_MB * 1_000_000; left > 0; left -= PIECE_BYTES) yield piece;
}

/** From dialling until a mail could be sent, one connection after the other. They are closed behind the clock. */
export function ready(open: Open): Subject[string] {
  return async (port) => {
    const clients: Client[] = [];
    const opened = await timed(READY, async () => {
      for (let i = 0; i < READY; i++) clients.push(await open(port));
    });
    for (const client of clients) await client.close();
    return opened;
  };
}

/** The scenarios, for the client that `open` connects. */
export function subject(open: Open): Subject {
  const withClient = (work: (client: Client) => Promise<Timed>) => async (port: number) => {
    const client = await open(port);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };
  const oneByOne = (count: number, call: (client: Client) => Promise<unknown> | undefined) =>
    withClient((client) =>
      timed(count, async () => {
        for (let i = 0; i < count; i++) await call(client);
      }),
    );
  const bursts = (call: (client: Client) => Promise<unknown> | undefined) =>
    withClient((client) =>
      timed(BATCHES * IN_FLIGHT, async () => {
        for (let i = 0; i < BATCHES; i++) await Promise.all(burst(IN_FLIGHT, async () => call(client)));
      }),
    );
  return {
    ready: ready(open),
    connect: (port) =>
      timed(CONNECTS, async () => {
        for (let i = 0; i < CONNECTS; i++) await oneByOne(1, (client) => client.send?.(false))(port);
      }),
    one: oneByOne(1, (client) => client.send?.(false)),
    raw: oneByOne(SEQUENTIAL, (client) => client.sendRaw?.()),
    raw100: bursts((client) => client.sendRaw?.()),
    composed: oneByOne(SEQUENTIAL, (client) => client.send?.(false)),
    composed100: bursts((client) => client.send?.(false)),
    attachment: withClient((client) =>
      timed(ATTACHMENT_MB, async () => {
        await client.send?.(true);
      }),
    ),
  };
}
