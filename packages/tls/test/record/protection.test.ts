// Records sealed and opened: sizes, padding, inner types, nonces of both versions, tampering.
import { describe, expect, it } from 'vitest';
import type { Protection } from '../../src/client/types.ts';
import { aes128Gcm } from '../../src/crypto/index.ts';
import { Opener, Sealer } from '../../src/record/protection.ts';
import { CONTENT, type RawRecord } from '../../src/record/record.ts';
import { framing12 } from '../../src/tls12/framing.ts';
import { pattern } from './inner.ts';

type Shape = Pick<Protection, 'framing' | 'explicitNonceBytes'> & { readonly version: string };
const TLS13: Shape = { version: 'TLSv1.3', explicitNonceBytes: 0 };
const SHAPES: readonly Shape[] = [
  TLS13,
  { version: 'TLSv1.2', framing: framing12, explicitNonceBytes: 8 },
  { version: 'TLSv1.2', framing: framing12, explicitNonceBytes: 0 },
];
const KEY = pattern(16);
const IV = pattern(12);

async function protection(shape: Shape, use: 'seal' | 'open', maxRecords = 100): Promise<Protection> {
  const iv = shape.explicitNonceBytes === 8 ? IV.subarray(0, 4) : IV;
  return { ...shape, aead: await aes128Gcm.importKey(KEY, use), maxRecords, iv };
}

function records(bytes: Uint8Array): RawRecord[] {
  const found: RawRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0));
    const record = bytes.subarray(at, end);
    found.push({
      type: record[0] ?? 0,
      version: 0x0303,
      header: record.subarray(0, 5),
      body: record.subarray(5),
    });
    at = end;
  }
  return found;
}

/** A record of TLS 1.3 around that inner plaintext, type and padding included, as its number `sequence`. */
async function around(inner: Uint8Array, sequence = 0): Promise<RawRecord> {
  const { aead } = await protection(TLS13, 'seal');
  const length = inner.length + 16;
  const header = Uint8Array.of(23, 3, 3, length >>> 8, length & 0xff);
  const nonce = IV.slice();
  nonce[11] = (nonce[11] ?? 0) ^ sequence;
  return { type: 23, version: 0x0303, header, body: await aead.seal(nonce, header, inner) };
}

describe.each(SHAPES)('$version with $explicitNonceBytes bytes of nonce in the record', (shape) => {
  it('cuts what is too long, and opens it again in order', async () => {
    const sealer = new Sealer(await protection(shape, 'seal'));
    const opener = new Opener(await protection(shape, 'open'));
    const sent = pattern(40_000);
    const [first, second] = await Promise.all([sealer.seal(23, sent), sealer.seal(21, Uint8Array.of(1, 0))]);
    const sealed = records(new Uint8Array([...first, ...second]));
    expect(sealed).toHaveLength(4);
    const opened = await Promise.all(sealed.map((record) => opener.open(record)));
    expect(opened.map(({ type }) => type)).toEqual([23, 23, 23, 21]);
    expect(opened.slice(0, 3).flatMap(({ content }) => [...content])).toEqual([...sent]);
  });

  it('refuses a record that was changed, came twice, or is too short', async () => {
    const sealed = records(await new Sealer(await protection(shape, 'seal')).seal(23, pattern(10)));
    const [record] = sealed;
    if (record === undefined) throw new Error('there is a record');
    const opener = new Opener(await protection(shape, 'open'));
    await opener.open(record);
    await expect(opener.open(record)).rejects.toMatchObject({ alert: 'bad_record_mac' });
    for (let at = 0; at < record.body.length; at++) {
      const body = record.body.slice();
      body[at] = (body[at] ?? 0) ^ 1;
      const fresh = new Opener(await protection(shape, 'open'));
      await expect(fresh.open({ ...record, body })).rejects.toMatchObject({ alert: 'bad_record_mac' });
    }
    const short = { ...record, body: record.body.subarray(0, 12) };
    await expect(new Opener(await protection(shape, 'open')).open(short)).rejects.toMatchObject({
      alert: 'bad_record_mac',
    });
  });

  it('says when its keys have protected what they may', async () => {
    const sealer = new Sealer(await protection(shape, 'seal', 4));
    expect(sealer.suffices(16_384)).toBe(true);
    await sealer.seal(23, pattern(20_000));
    expect(sealer.suffices(1)).toBe(false);
  });
});

describe('TLS 1.3', () => {
  const opener = async (): Promise<Opener> => new Opener(await protection(TLS13, 'open'));

  it('takes padding away', async () => {
    const record = await around(Uint8Array.of(1, 2, 0, 22, 0, 0, 0));
    expect(await (await opener()).open(record)).toEqual({ type: 22, content: Uint8Array.of(1, 2, 0) });
  });

  it('takes a full record, and not one byte more, padding included', async () => {
    const full = new Uint8Array(16_385);
    full[16_384] = 23;
    expect((await (await opener()).open(await around(full))).content.length).toBe(16_384);
    const padded = new Uint8Array(16_386);
    padded[5] = 23;
    await expect((await opener()).open(await around(padded))).rejects.toMatchObject({
      alert: 'record_overflow',
    });
  });

  it('refuses a record of nothing but padding, and one in clear', async () => {
    await expect((await opener()).open(await around(new Uint8Array(9)))).rejects.toMatchObject({
      alert: 'unexpected_message',
    });
    const clear = { ...(await around(Uint8Array.of(1, 22))), type: CONTENT.handshake };
    await expect((await opener()).open(clear)).rejects.toMatchObject({ alert: 'unexpected_message' });
  });
});
