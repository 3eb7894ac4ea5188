// Records cut out of a stream, and handshake messages put together out of records: every split, every cap.
import { describe, expect, it } from 'vitest';
import { RecordInput } from '../../src/record/input.ts';
import { RecordLayer } from '../../src/record/layer.ts';
import { ArrayTransport, pattern, pieces } from './inner.ts';

const record = (type: number, content: Uint8Array, version = 0x0303): Uint8Array =>
  Uint8Array.of(type, version >>> 8, version & 0xff, content.length >>> 8, content.length & 0xff, ...content);
const message = (type: number, size: number): Uint8Array =>
  Uint8Array.of(type, size >>> 16, (size >>> 8) & 0xff, size & 0xff, ...pattern(size));
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

async function read(input: RecordInput): Promise<{ type: number; body: number[] }[]> {
  const found: { type: number; body: number[] }[] = [];
  for (;;) {
    const next = input.take();
    if (next !== undefined) found.push({ type: next.type, body: [...next.body] });
    else if (!(await input.more())) return found;
  }
}

describe('records', () => {
  it('are the same however the stream is split', async () => {
    const stream = join(
      record(22, pattern(3)),
      record(21, pattern(2)),
      record(23, pattern(0)),
      record(22, pattern(40)),
    );
    const whole = await read(new RecordInput(new ArrayTransport([stream])));
    expect(whole.map(({ type }) => type)).toEqual([22, 21, 23, 22]);
    for (let size = 1; size < stream.length; size++) {
      expect(await read(new RecordInput(new ArrayTransport(pieces(stream, size))))).toEqual(whole);
    }
    for (let cut = 0; cut < stream.length; cut++) {
      const halves = [stream.slice(0, cut), stream.slice(cut)];
      expect(await read(new RecordInput(new ArrayTransport(halves)))).toEqual(whole);
    }
  });

  it('that are too long are refused by their header', () => {
    const input = new RecordInput(new ArrayTransport([]));
    expect(input.take()).toBeUndefined();
    const long = new RecordInput(new ArrayTransport([Uint8Array.of(22, 3, 3, 0x40, 1)]));
    return expect(read(long)).rejects.toMatchObject({ alert: 'record_overflow' });
  });

  it.each(['HTTP/1.1 400 Bad Request\r\n', '220 mail.test ESMTP\r\n', '\x00\x00\x00\x00\x00'])(
    'are no answer of a server without TLS: %j',
    async (text) => {
      const input = new RecordInput(new ArrayTransport([new TextEncoder().encode(text)]));
      await expect(read(input)).rejects.toMatchObject({
        alert: 'unexpected_message',
        message: expect.stringContaining('STARTTLS'),
      });
    },
  );
});

describe('handshake messages', () => {
  it('are put together out of records, byte by byte too', async () => {
    const messages = [message(2, 5), message(8, 0), message(11, 300)];
    const bytes = join(...messages);
    for (const size of [1, 2, 3, 100, bytes.length]) {
      const stream = pieces(bytes, size).map((part) => record(22, part));
      const layer = new RecordLayer(new ArrayTransport(stream));
      for (const expected of messages) expect(await layer.next()).toEqual(expected);
      expect(layer.hasPart).toBe(false);
    }
  });

  it('of more than 64 KiB are refused before they are there', async () => {
    const layer = new RecordLayer(new ArrayTransport([record(22, Uint8Array.of(11, 1, 0, 0))]));
    await expect(layer.next()).rejects.toMatchObject({ alert: 'illegal_parameter' });
  });

  it('of 64 KiB in all are refused too', async () => {
    const stream = Array.from({ length: 5 }, () => record(22, message(4, 16_000)));
    const layer = new RecordLayer(new ArrayTransport(stream));
    const all = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await layer.next();
    };
    await expect(all()).rejects.toMatchObject({ alert: 'illegal_parameter' });
  });

  it('in more than 4,096 records are refused', async () => {
    const stream = pieces(message(11, 5_000), 1).map((part) => record(22, part));
    const layer = new RecordLayer(new ArrayTransport(stream));
    await expect(layer.next()).rejects.toMatchObject({ alert: 'unexpected_message' });
  });

  it('may not lie across a change of keys', async () => {
    const layer = new RecordLayer(new ArrayTransport([record(22, join(message(2, 1), Uint8Array.of(8)))]));
    await layer.next();
    expect(layer.hasPart).toBe(true);
    const aead = { seal: async () => pattern(0), open: async () => undefined };
    const keys = { aead, maxRecords: 1, iv: pattern(12), explicitNonceBytes: 0 } as const;
    expect(() => layer.readWith(keys)).toThrow(expect.objectContaining({ alert: 'unexpected_message' }));
  });
});

describe('what else may stand between them', () => {
  const afterHello = (...stream: Uint8Array[]): RecordLayer => {
    const layer = new RecordLayer(new ArrayTransport(stream));
    layer.settle('TLSv1.3');
    return layer;
  };
  const CCS = record(20, Uint8Array.of(1));

  it('ChangeCipherSpec is passed over under TLS 1.3, 32 times in a row, and nowhere else', async () => {
    expect(await afterHello(...Array(32).fill(CCS), record(22, message(2, 1))).next()).toEqual(message(2, 1));
    await expect(afterHello(...Array(33).fill(CCS)).next()).rejects.toMatchObject({
      alert: 'unexpected_message',
    });
    await expect(afterHello(record(20, Uint8Array.of(2))).next()).rejects.toMatchObject({
      alert: 'unexpected_message',
    });
    await expect(new RecordLayer(new ArrayTransport([CCS])).next()).rejects.toMatchObject({
      alert: 'unexpected_message',
    });
  });

  it('a fatal alert ends it by its name, a close_notify and an end of the stream as a lost connection', async () => {
    await expect(afterHello(record(21, Uint8Array.of(2, 40))).next()).rejects.toMatchObject({
      alert: 'handshake_failure',
    });
    await expect(afterHello(record(21, Uint8Array.of(1, 0))).next()).rejects.toMatchObject({
      code: 'connection_lost',
    });
    await expect(afterHello().next()).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it('malformed alerts, warnings, empty records and data are refused', async () => {
    for (const [stream, alert] of [
      [record(21, Uint8Array.of(2)), 'decode_error'],
      [record(21, Uint8Array.of(2, 40, 0)), 'decode_error'],
      [record(21, Uint8Array.of(1, 40)), 'decode_error'],
      [record(21, Uint8Array.of(3, 40)), 'illegal_parameter'],
      [record(22, pattern(0)), 'unexpected_message'],
      [record(23, pattern(4)), 'unexpected_message'],
    ] as const) {
      await expect(afterHello(stream).next()).rejects.toMatchObject({ alert });
    }
  });

  it('user_canceled changes nothing, four times', async () => {
    const canceled = record(21, Uint8Array.of(1, 90));
    expect(await afterHello(...Array(4).fill(canceled), record(22, message(2, 1))).next()).toEqual(
      message(2, 1),
    );
    await expect(afterHello(...Array(5).fill(canceled)).next()).rejects.toMatchObject({
      alert: 'unexpected_message',
    });
  });
});

describe('what is sent', () => {
  it('first of all says TLS 1.0, then 1.2; ChangeCipherSpec of TLS 1.3 leaves with what follows it', async () => {
    const inner = new ArrayTransport([]);
    const layer = new RecordLayer(inner);
    await layer.send(message(1, 2));
    layer.settle('TLSv1.3');
    await layer.sendChangeCipherSpec();
    await layer.send(message(1, 3));
    expect(inner.written).toEqual([
      record(22, message(1, 2), 0x0301),
      join(record(20, Uint8Array.of(1)), record(22, message(1, 3))),
    ]);
  });
});
