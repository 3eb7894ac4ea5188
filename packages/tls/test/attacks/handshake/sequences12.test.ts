// TLS 1.2 by exhaustion: every sequence of the server's messages, as far as the client goes along with it. Signatures and Finished
// are right wherever they come, so that the order alone is what can be refused.
import { concat } from '@fairlead/bytes';
import { expect, it } from 'vitest';
import type { HandshakeStream, Ticket } from '../../../src/client/types.ts';
import { TLS_AES_128_GCM_SHA256, x25519 } from '../../../src/crypto/index.ts';
import { TlsFault } from '../../../src/fault.ts';
import { tls12 } from '../../../src/tls12/index.ts';
import { prf } from '../../../src/tls12/keys/key-schedule.ts';
import { message, u8, u16, u32, vector } from '../../../src/wire/encode.ts';
import { certificate } from '../../tls12/running.ts';
import { lawfulExtensions } from '../../tls12/scripted-server.ts';
import { clientHelloOf, requestOf } from '../../tls12/setting.ts';

const { hash } = TLS_AES_128_GCM_SHA256;
const NAMES = [
  'HelloRequest',
  'ServerHello',
  'NewSessionTicket',
  'Certificate',
  'ServerKeyExchange',
  'CertificateRequest',
  'ServerHelloDone',
  'ChangeCipherSpec',
  'Finished',
] as const;
type Name = (typeof NAMES)[number];

class Waits extends Error {}

/** What resumes a session, and what both sides know of it. */
const SECRET = new Uint8Array(48).fill(7);

/** A server that sends what it is told, and then nothing. */
class Sequence implements HandshakeStream {
  readonly hasPart = false;
  readonly serverHello: Uint8Array;
  readonly #random = crypto.getRandomValues(new Uint8Array(32));
  readonly #names: Name[];
  readonly #transcript: Uint8Array[];
  readonly #clientHello: Uint8Array;
  #masterSecret: Uint8Array;
  #sent: Promise<void> = Promise.resolve();
  #agree: ((share: Uint8Array) => Promise<Uint8Array>) | undefined;

  constructor(names: readonly Name[], clientHello: Uint8Array, sessionId: Uint8Array, ticketComes: boolean) {
    this.#names = [...names];
    this.#clientHello = clientHello;
    this.#masterSecret = SECRET;
    const extensions = [...lawfulExtensions(), ...(ticketComes ? [u16(35, 0)] : [])];
    const parts = [
      u16(0x0303),
      this.#random,
      vector(1, sessionId),
      u16(0xc02b),
      u8(0),
      vector(2, ...extensions),
    ];
    this.serverHello = message(2, ...parts);
    this.#transcript = [clientHello, this.serverHello];
  }

  async next(): Promise<Uint8Array> {
    const name = this.#names.shift();
    if (name === undefined) throw new Waits();
    if (name === 'ChangeCipherSpec') throw new TlsFault('unexpected_message', 'ChangeCipherSpec is early');
    const whole = await this.#make(name);
    this.#transcript.push(whole);
    return whole;
  }

  async #make(name: Exclude<Name, 'ChangeCipherSpec'>): Promise<Uint8Array> {
    switch (name) {
      case 'HelloRequest':
        return message(0);
      case 'ServerHello':
        return this.serverHello;
      case 'NewSessionTicket':
        return message(4, u32(100), vector(2, u8(1)));
      case 'Certificate':
        return message(11, vector(3, vector(3, certificate.der)));
      case 'ServerKeyExchange':
        return this.#keyExchange();
      case 'CertificateRequest':
        return message(13, vector(1, u8(64)), vector(2, u16(0x0403)), vector(2));
      case 'ServerHelloDone':
        return message(14);
      case 'Finished':
        return message(20, await this.#prf('server finished', 12));
    }
  }

  async #keyExchange(): Promise<Uint8Array> {
    const { share, agree } = await x25519.generate();
    this.#agree = agree;
    const params = concat([u8(3), u16(x25519.id), vector(1, share)]);
    const data = concat([this.#clientHello.subarray(6, 38), this.#random, params]);
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const raw = new Uint8Array(await crypto.subtle.sign(algorithm, certificate.key.privateKey, data));
    return message(12, params, u16(0x0403), vector(2, derOf(raw)));
  }

  async #prf(label: string, length: number): Promise<Uint8Array> {
    return prf(hash, this.#masterSecret, label, await hash.digest(concat(this.#transcript)), length);
  }

  async expectChangeCipherSpec(): Promise<void> {
    const name = this.#names.shift();
    if (name === undefined) throw new Waits();
    if (name !== 'ChangeCipherSpec') throw new TlsFault('unexpected_message', 'ChangeCipherSpec is missing');
  }

  /** One call behind the other. */
  send(...messages: Uint8Array[]): Promise<void> {
    this.#sent = this.#sent.then(() => this.#take(messages));
    return this.#sent;
  }

  async #take(messages: readonly Uint8Array[]): Promise<void> {
    for (const whole of messages) {
      this.#transcript.push(whole);
      if (whole[0] !== 16) continue;
      this.#masterSecret = (await this.#agree?.(whole.subarray(5))) ?? SECRET;
      this.#masterSecret = await this.#prf('extended master secret', 48);
    }
  }

  async sendChangeCipherSpec(): Promise<void> {}
  readWith(): void {}
  writeWith(): void {}
}

function derOf(raw: Uint8Array): Uint8Array {
  const integer = (half: Uint8Array): Uint8Array => {
    const digits = half.subarray(half.findIndex((byte) => byte !== 0));
    const padded = (digits[0] ?? 0) > 127 ? concat([u8(0), digits]) : digits;
    return concat([u8(2), u8(padded.length), padded]);
  };
  const both = concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return concat([u8(0x30), u8(both.length), both]);
}

interface Setting {
  readonly ticket?: Ticket;
  readonly resumes: boolean;
  readonly ticketComes: boolean;
}

async function tryOut(names: readonly Name[], { ticket, resumes, ticketComes }: Setting) {
  const request = requestOf(ticket === undefined ? {} : { ticket });
  const clientHello = clientHelloOf(request);
  const idLength = clientHello[38] ?? 0;
  const sessionId = resumes ? clientHello.subarray(39, 39 + idLength) : new Uint8Array(0);
  const stream = new Sequence(names, clientHello, sessionId, ticketComes);
  const { serverHello } = stream;
  const clientRandom = clientHello.subarray(6, 38);
  try {
    await tls12.handshake({ request, stream, clientHello, serverHello, clientRandom });
    return 'opened';
  } catch (error) {
    if (error instanceof Waits) return 'waits';
    if (error instanceof TlsFault) return 'refused';
    throw error;
  }
}

/** Every sequence that opens a connection. */
async function openedBy(setting: Setting): Promise<string[]> {
  const opened: string[] = [];
  const walk = async (names: readonly Name[]): Promise<void> => {
    for (const name of NAMES) {
      const longer = [...names, name];
      const verdict = await tryOut(longer, setting);
      if (verdict === 'opened') opened.push(longer.join(' '));
      else if (verdict === 'waits') await walk(longer);
    }
  };
  await walk([]);
  return opened;
}

const FULL = 'Certificate ServerKeyExchange';
const END = 'ChangeCipherSpec Finished';

it('opens a session for the lawful orders alone', async () => {
  expect(await openedBy({ resumes: false, ticketComes: false })).toEqual([
    `${FULL} CertificateRequest ServerHelloDone ${END}`,
    `${FULL} ServerHelloDone ${END}`,
  ]);
  expect(await openedBy({ resumes: false, ticketComes: true })).toEqual([
    `${FULL} CertificateRequest ServerHelloDone NewSessionTicket ${END}`,
    `${FULL} ServerHelloDone NewSessionTicket ${END}`,
  ]);
});

it('resumes a session for the lawful orders alone, and none that was not offered', async () => {
  const chain = {
    publicKey: { kind: 'ec-p256', spki: new Uint8Array(0), bits: 256 } as const,
    certificates: [],
    endPointHash: undefined,
    validUntil: Number.POSITIVE_INFINITY,
  };
  const ticket: Ticket = {
    version: 'TLSv1.2',
    identity: Uint8Array.of(1),
    secret: SECRET,
    cipherSuite: 0xc02b,
    ageAdd: 0,
    receivedAt: 0,
    expiresAt: Number.POSITIVE_INFINITY,
    chain,
    alpn: undefined,
    extendedMasterSecret: true,
  };
  expect(await openedBy({ ticket, resumes: true, ticketComes: false })).toEqual([END]);
  expect(await openedBy({ ticket, resumes: true, ticketComes: true })).toEqual([`NewSessionTicket ${END}`]);
  expect(await openedBy({ resumes: true, ticketComes: false })).toEqual([]);
});
