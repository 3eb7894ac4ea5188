// A connection of TLS 1.3 behind its handshake, against a server made of the same records: data, KeyUpdate both ways, floods,
// and every way to end.
import { describe, expect, it } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { TrafficSecret } from '../../src/client/key-schedule.ts';
import type { Ticket, TrafficKeys } from '../../src/client/types.ts';
import { TLS_AES_128_GCM_SHA256 } from '../../src/crypto/index.ts';
import type { CipherSuite } from '../../src/crypto/types.ts';
import { RecordLayer } from '../../src/record/layer.ts';
import { Opener, Sealer } from '../../src/record/protection.ts';
import { CONTENT } from '../../src/record/record.ts';
import { ArrayTransport, pattern, pieces } from '../record/inner.ts';

const { alert, applicationData, handshake } = CONTENT;
const SERVER_SECRET = pattern(32);
const CLIENT_SECRET = pattern(32).reverse();
const UPDATE = (asks: boolean): Uint8Array => Uint8Array.of(24, 0, 0, 1, asks ? 1 : 0);
const CLOSE_NOTIFY = Uint8Array.of(1, 0);
/** lifetime 100, age 0, no nonce, a ticket of one byte, no extensions. */
const TICKET = Uint8Array.of(4, 0, 0, 14, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 1, 7, 0, 0);

type Step = readonly [type: number, content: Uint8Array] | 'new keys';

/** The server's records, as one stream. */
async function stream(steps: readonly Step[]): Promise<Uint8Array> {
  let keys: TrafficKeys = new TrafficSecret(TLS_AES_128_GCM_SHA256, SERVER_SECRET);
  let sealer = new Sealer(await keys.protection('seal'));
  const parts: Uint8Array[] = [];
  for (const step of steps) {
    if (step === 'new keys') {
      keys = await keys.next();
      sealer = new Sealer(await keys.protection('seal'));
    } else parts.push(await sealer.seal(...step));
  }
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

interface Client {
  readonly connection: Connection;
  readonly inner: ArrayTransport;
  readonly tickets: Ticket[];
}

async function client(
  chunks: readonly Uint8Array[],
  suite: CipherSuite = TLS_AES_128_GCM_SHA256,
): Promise<Client> {
  const inner = new ArrayTransport(chunks);
  const layer = new RecordLayer(inner);
  layer.settle('TLSv1.3');
  const read = new TrafficSecret(suite, SERVER_SECRET);
  const write = new TrafficSecret(suite, CLIENT_SECRET);
  layer.readWith(await read.protection('open'));
  layer.writeWith(await write.protection('seal'));
  const tickets: Ticket[] = [];
  const ticketOf = async (message: Uint8Array): Promise<Ticket> =>
    ({ identity: message }) as unknown as Ticket;
  const outcome = {
    tls13: { read, write, ticketOf },
    ticket: undefined,
    isVerdictDue: false,
    established: {} as never,
  };
  return { connection: new Connection(layer, outcome, (ticket) => tickets.push(ticket)), inner, tickets };
}

const connect = async (...steps: Step[]): Promise<Client> => client([await stream(steps)]);

async function readAll({ connection }: Client): Promise<number[]> {
  const all: number[] = [];
  for (let bytes = await connection.read(1); bytes; bytes = await connection.read(1)) all.push(...bytes);
  return all;
}

/** What the client wrote, opened: types and contents, with new keys behind each KeyUpdate. */
async function opened({ inner }: Client): Promise<(readonly [number, Uint8Array])[]> {
  let keys: TrafficKeys = new TrafficSecret(TLS_AES_128_GCM_SHA256, CLIENT_SECRET);
  let opener = new Opener(await keys.protection('open'));
  const bytes = Uint8Array.from(inner.written.flatMap((part) => [...part]));
  const found: (readonly [number, Uint8Array])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0));
    const record = {
      type: 23,
      version: 0x0303,
      header: bytes.subarray(at, at + 5),
      body: bytes.subarray(at + 5, end),
    };
    const { type, content } = await opener.open(record);
    found.push([type, content]);
    at = end;
    if (type === handshake) {
      keys = await keys.next();
      opener = new Opener(await keys.protection('open'));
    }
  }
  return found;
}

describe('reading', () => {
  it('gives what was sent, however the stream is split, up to close_notify', async () => {
    const sent = pattern(40_000);
    const bytes = await stream([
      [applicationData, sent],
      [applicationData, sent.subarray(0, 3)],
      [alert, CLOSE_NOTIFY],
    ]);
    for (const size of [1_009, 16_406, bytes.length]) {
      expect(await readAll(await client(pieces(bytes, size)))).toEqual([...sent, ...sent.subarray(0, 3)]);
    }
  });

  it('waits for as many bytes as are asked for, and gives fewer at the end alone', async () => {
    const parts = [1, 2, 3].map((size): Step => [applicationData, pattern(size)]);
    const { connection } = await connect(...parts, [alert, CLOSE_NOTIFY]);
    expect((await connection.read(4))?.length).toBe(6);
    expect(await connection.read(4)).toBeUndefined();
    const fewer = await connect(...parts, [alert, CLOSE_NOTIFY]);
    expect((await fewer.connection.read(100))?.length).toBe(6);
  });

  it('an end without close_notify is a lost connection, behind what came before it', async () => {
    const { connection } = await connect([applicationData, pattern(5)]);
    expect((await connection.read(1))?.length).toBe(5);
    await expect(connection.read(1)).rejects.toMatchObject({ name: 'Truncated' });
    await expect(connection.read(1)).rejects.toMatchObject({ name: 'Truncated' });
  });

  it('an alert comes behind what was sent before it', async () => {
    const { connection } = await connect([applicationData, pattern(5)], [alert, Uint8Array.of(2, 116)]);
    expect((await connection.read(1))?.length).toBe(5);
    await expect(connection.read(1)).rejects.toMatchObject({ alert: 'certificate_required' });
  });

  it('nothing behind close_notify is read', async () => {
    const both = await connect(
      [applicationData, pattern(2)],
      [alert, CLOSE_NOTIFY],
      [applicationData, pattern(9)],
    );
    expect(await readAll(both)).toEqual([...pattern(2)]);
  });

  it('32 empty records in a row are passed over, the 33rd is refused', async () => {
    const empty: Step = [applicationData, new Uint8Array()];
    const some: Step = [applicationData, pattern(1)];
    const some32 = [...Array<Step>(32).fill(empty), some, ...Array<Step>(32).fill(empty), some];
    expect(await readAll(await connect(...some32, [alert, CLOSE_NOTIFY]))).toEqual([0, 0]);
    await expect(readAll(await connect(...Array<Step>(33).fill(empty)))).rejects.toMatchObject({
      alert: 'unexpected_message',
    });
  });
});

describe('the keys of the server change', () => {
  it('in the midst of records that are opened together', async () => {
    const steps: Step[] = [];
    for (let i = 0; i < 10; i++)
      steps.push([applicationData, Uint8Array.of(i)], [handshake, UPDATE(false)], 'new keys');
    const changing = await connect(...steps, [applicationData, Uint8Array.of(99)], [alert, CLOSE_NOTIFY]);
    expect(await readAll(changing)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99]);
  });

  it('32 times without data between, and not once more', async () => {
    const update: Step[] = [[handshake, UPDATE(false)], 'new keys'];
    const times = (count: number): Step[] => Array.from({ length: count }, () => update).flat();
    const end: Step[] = [
      [applicationData, pattern(1)],
      [alert, CLOSE_NOTIFY],
    ];
    expect(await readAll(await connect(...times(32), ...end))).toEqual([0]);
    await expect(readAll(await connect(...times(33), ...end))).rejects.toMatchObject({
      alert: 'unexpected_message',
    });
  });

  it.each([
    ['asks for what there is not', Uint8Array.of(24, 0, 0, 1, 2), 'illegal_parameter'],
    ['is empty', Uint8Array.of(24, 0, 0, 0), 'decode_error'],
    ['has another message behind it', Uint8Array.of(...UPDATE(false), 4), 'unexpected_message'],
  ])('is refused where KeyUpdate %s', async (_, message, expected) => {
    await expect(readAll(await connect([handshake, message]))).rejects.toMatchObject({ alert: expected });
  });
});

describe('the keys of the client change', () => {
  it('where the server asks for it: once, in front of the next data', async () => {
    const asked = await connect(
      [handshake, UPDATE(true)],
      'new keys',
      [handshake, UPDATE(true)],
      'new keys',
      [applicationData, pattern(1)],
    );
    await asked.connection.read(1);
    expect(asked.inner.written).toEqual([]);
    await Promise.all([1, 2, 3].map((size) => asked.connection.write(pattern(size))));
    await asked.connection.closeNotify();
    expect(await opened(asked)).toEqual([
      [handshake, UPDATE(false)],
      [applicationData, pattern(1)],
      [applicationData, pattern(2)],
      [applicationData, pattern(3)],
      [alert, CLOSE_NOTIFY],
    ]);
  });

  it('before they have protected all that they may', async () => {
    const { aead } = TLS_AES_128_GCM_SHA256;
    const often = { ...TLS_AES_128_GCM_SHA256, aead: { ...aead, maxRecords: 4 } };
    const few = await client([], often);
    for (let i = 0; i < 7; i++) void few.connection.write(Uint8Array.of(i));
    await few.connection.closeNotify();
    const records = await opened(few);
    expect(records.filter(([type]) => type === applicationData).map(([, bytes]) => bytes[0])).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
    expect(records.filter(([type]) => type === handshake).length).toBeGreaterThanOrEqual(2);
    expect(records.at(-1)).toEqual([alert, CLOSE_NOTIFY]);
  });
});

describe('messages behind the handshake', () => {
  it('tickets are kept, in pieces and several in a record', async () => {
    const two = Uint8Array.of(...TICKET, ...TICKET);
    const { connection, tickets } = await connect(
      [handshake, two.subarray(0, 20)],
      [handshake, two.subarray(20)],
      [applicationData, pattern(1)],
    );
    await connection.read(1);
    expect(tickets.map(({ identity }) => [...identity])).toEqual([[...TICKET], [...TICKET]]);
  });

  it.each([
    ['a CertificateRequest, which was not offered', [handshake, Uint8Array.of(13, 0, 0, 0)]],
    ['a HelloRequest', [handshake, Uint8Array.of(0, 0, 0, 0)]],
    ['a Finished', [handshake, Uint8Array.of(20, 0, 0, 0)]],
    ['an empty record', [handshake, new Uint8Array()]],
    ['ChangeCipherSpec', [CONTENT.changeCipherSpec, Uint8Array.of(1)]],
  ] as const)('refused is %s', async (_, step) => {
    await expect(readAll(await connect(step))).rejects.toMatchObject({ alert: 'unexpected_message' });
  });

  it('refused is data between the parts of one', async () => {
    const cut = await connect([handshake, TICKET.subarray(0, 9)], [applicationData, pattern(1)]);
    await expect(readAll(cut)).rejects.toMatchObject({ alert: 'unexpected_message' });
  });
});

describe('writing', () => {
  it('keeps its order, whatever is on its way', async () => {
    const writer = await client([]);
    const sizes = [5, 65_536, 1, 20_000, 3];
    await Promise.all(sizes.map((size) => writer.connection.write(pattern(size))));
    const bytes = (await opened(writer)).flatMap(([, content]) => [...content]);
    expect(bytes).toEqual(sizes.flatMap((size) => [...pattern(size)]));
  });
});
