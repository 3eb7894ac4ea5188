// A server of TLS 1.2 for tests, at the seam of the record layer: it answers one ClientHello, lawfully unless a test alters its
// messages, and checks what the client sends.
import { concat, equalBytes } from '@fairlead/bytes';
import type { HandshakeStream, Protection, Tls12Start } from '../../src/client/types.ts';
import { SCHEMES, verifySignature } from '../../src/crypto/index.ts';
import type { CipherSuite, Group, KeyShare, PublicKey } from '../../src/crypto/types.ts';
import { TlsFault } from '../../src/fault.ts';
import { prf } from '../../src/tls12/keys/key-schedule.ts';
import { Cursor } from '../../src/wire/cursor.ts';
import { message, u8, u16, u32, vector } from '../../src/wire/encode.ts';
import type { TestCertificate, TestKey } from '../x509/make-certificate.ts';

/** The server's messages, as tests name them. */
export type ServerMessage =
  | 'Certificate'
  | 'ServerKeyExchange'
  | 'CertificateRequest'
  | 'ServerHelloDone'
  | 'NewSessionTicket'
  | 'Finished';

/** What the server is and does. */
export interface ServerOptions {
  readonly certificate: TestCertificate;
  /** Behind its own certificate. */
  readonly chain?: readonly Uint8Array[];
  /** The suite of TLS 1.2, by number, with the hash and the AEAD of `suite`. */
  readonly suiteId: number;
  readonly suite: CipherSuite;
  readonly group: Group;
  /** The scheme of ServerKeyExchange, a number. Default `ecdsa_secp256r1_sha256`. */
  readonly scheme?: number;
  /** The block of ServerHello's extensions. Default: extended master secret, renegotiation info. */
  readonly extensions?: readonly Uint8Array[];
  readonly sessionId?: Uint8Array;
  /** Asks for a certificate with these schemes; `clientKey` checks what comes. */
  readonly asks?: readonly number[];
  readonly clientKey?: PublicKey;
  /** Sends NewSessionTicket. */
  readonly ticket?: { readonly lifetime: number; readonly identity: Uint8Array };
  /** Resumes with this master secret. */
  readonly resumes?: Uint8Array;
  /** What goes out in a message's place. */
  readonly alter?: (name: ServerMessage, whole: Uint8Array) => readonly (Uint8Array | 'ChangeCipherSpec')[];
}

const CLIENT_FINISHED = 20;

/** The server does not accept what the client sent. */
export class ServerRefusal extends Error {}

/** The client's stream, with the server behind it. */
export class ScriptedServer implements HandshakeStream {
  hasPart = false;
  readonly random = crypto.getRandomValues(new Uint8Array(32));
  /** Every message of the client. */
  readonly received: Uint8Array[] = [];
  readonly protections: { read?: Protection; write?: Protection } = {};
  masterSecret: Uint8Array | undefined;
  /** Whether the client's CertificateVerify was right; `undefined` where none came. */
  clientVerified: boolean | undefined;
  readonly #options: ServerOptions;
  readonly #queue: (Uint8Array | 'ChangeCipherSpec')[] = [];
  readonly #transcript: Uint8Array[] = [];
  readonly #clientRandom: Uint8Array;
  #share: KeyShare | undefined;
  #sent: Promise<void> = Promise.resolve();

  private constructor(options: ServerOptions, clientHello: Uint8Array) {
    this.#options = options;
    this.#clientRandom = clientHello.subarray(6, 38);
    this.#transcript.push(clientHello);
  }

  /** Answers ClientHello. @returns The server, and ServerHello. */
  static async answer(
    options: ServerOptions,
    clientHello: Uint8Array,
  ): Promise<{ server: ScriptedServer; serverHello: Uint8Array }> {
    const server = new ScriptedServer(options, clientHello);
    const serverHello = server.#hello();
    if (options.resumes) {
      server.masterSecret = options.resumes;
      await server.#end();
    } else await server.#flight();
    return { server, serverHello };
  }

  #hello(): Uint8Array {
    const { sessionId = new Uint8Array(0), suiteId, extensions = lawfulExtensions(), ticket } = this.#options;
    const all = ticket ? [...extensions, concat([u16(35, 0)])] : extensions;
    const hello = message(
      2,
      u16(0x0303),
      this.random,
      vector(1, sessionId),
      u16(suiteId),
      u8(0),
      vector(2, ...all),
    );
    this.#transcript.push(hello);
    return hello;
  }

  async #flight(): Promise<void> {
    const { certificate, chain = [], group, scheme = 0x0403, asks } = this.#options;
    this.#put('Certificate', 11, vector(3, ...[certificate.der, ...chain].map((der) => vector(3, der))));
    this.#share = await group.generate();
    const params = concat([u8(3), u16(group.id), vector(1, this.#share.share)]);
    const signature = await sign(certificate.key, scheme, concat([this.#clientRandom, this.random, params]));
    this.#put('ServerKeyExchange', 12, params, u16(scheme), vector(2, signature));
    if (asks) this.#put('CertificateRequest', 13, vector(1, u8(64)), vector(2, u16(...asks)), vector(2));
    this.#put('ServerHelloDone', 14);
  }

  #put(name: ServerMessage, type: number, ...body: Uint8Array[]): void {
    const whole = message(type, ...body);
    this.#transcript.push(whole);
    this.#queue.push(...(this.#options.alter?.(name, whole) ?? [whole]));
  }

  async next(): Promise<Uint8Array> {
    const next = this.#queue.shift();
    if (next === undefined) throw new Error('The client waits for a message that will not come');
    if (next === 'ChangeCipherSpec') throw new TlsFault('unexpected_message', 'ChangeCipherSpec is early');
    return next;
  }

  async expectChangeCipherSpec(): Promise<void> {
    if (this.#queue.shift() === 'ChangeCipherSpec') return;
    throw new TlsFault('unexpected_message', 'ChangeCipherSpec is missing');
  }

  /** One flight at a time, in the order of the calls. */
  send(...messages: Uint8Array[]): Promise<void> {
    this.received.push(...messages);
    this.#sent = this.#sent.then(() => this.#take(messages));
    return this.#sent;
  }

  async #take(messages: readonly Uint8Array[]): Promise<void> {
    for (const whole of messages) {
      if (whole[0] === 15) await this.#checkCertificateVerify(whole);
      if (whole[0] === 16) await this.#agree(whole);
      else if (whole[0] !== CLIENT_FINISHED) this.#transcript.push(whole);
      if (whole[0] === CLIENT_FINISHED) await this.#checkFinished(whole);
    }
  }

  async sendChangeCipherSpec(): Promise<void> {
    this.received.push(Uint8Array.of(0xcc));
  }

  readWith(protection: Protection): void {
    this.protections.read = protection;
  }

  writeWith(protection: Protection): void {
    this.protections.write = protection;
  }

  async #agree(clientKeyExchange: Uint8Array): Promise<void> {
    this.#transcript.push(clientKeyExchange);
    const { hash } = this.#options.suite;
    const seed = await hash.digest(concat(this.#transcript));
    const secret = await this.#share?.agree(new Cursor(clientKeyExchange.subarray(4), 'CKE').vector(1));
    this.masterSecret = await prf(hash, secret ?? new Uint8Array(0), 'extended master secret', seed, 48);
  }

  async #checkCertificateVerify(whole: Uint8Array): Promise<void> {
    const fields = new Cursor(whole.subarray(4), 'CertificateVerify');
    const scheme = SCHEMES.get(fields.u16());
    const { clientKey } = this.#options;
    this.clientVerified =
      scheme !== undefined &&
      clientKey !== undefined &&
      (await verifySignature(clientKey, scheme, concat(this.#transcript), fields.vector(2)));
  }

  async #checkFinished(whole: Uint8Array): Promise<void> {
    const expected = message(CLIENT_FINISHED, await this.#verifyData('client finished'));
    if (!equalBytes(whole, expected)) throw new ServerRefusal("The client's Finished is wrong");
    this.#transcript.push(whole);
    if (!this.#options.resumes) await this.#end();
  }

  async #end(): Promise<void> {
    const { ticket } = this.#options;
    if (ticket) this.#put('NewSessionTicket', 4, u32(ticket.lifetime), vector(2, ticket.identity));
    this.#queue.push('ChangeCipherSpec');
    this.#put('Finished', 20, await this.#verifyData('server finished'));
  }

  async #verifyData(label: string): Promise<Uint8Array> {
    const { hash } = this.#options.suite;
    const seed = await hash.digest(concat(this.#transcript));
    return prf(hash, this.masterSecret ?? new Uint8Array(0), label, seed, 12);
  }
}

/** What every ServerHello of TLS 1.2 has here: extended master secret, an empty renegotiation info. */
export function lawfulExtensions(): readonly Uint8Array[] {
  return [u16(23, 0), concat([u16(0xff01, 1), u8(0)])];
}

/** Start of a handshake: ClientHello by its parts, answered by a server. */
export async function startWith(
  options: ServerOptions,
  request: Tls12Start['request'],
  clientHello: Uint8Array,
): Promise<{ server: ScriptedServer; start: Tls12Start }> {
  const { server, serverHello } = await ScriptedServer.answer(options, clientHello);
  const clientRandom = clientHello.subarray(6, 38);
  return { server, start: { request, stream: server, clientHello, serverHello, clientRandom } };
}

/** A signature as TLS has it: ECDSA in DER. */
async function sign(key: TestKey, scheme: number, data: Uint8Array): Promise<Uint8Array> {
  const hash = { 4: 'SHA-256', 5: 'SHA-384', 6: 'SHA-512' }[scheme >>> 8] ?? 'SHA-256';
  const name = key.privateKey.algorithm.name;
  const algorithm = name === 'ECDSA' ? { name, hash } : { name };
  const raw = new Uint8Array(await crypto.subtle.sign(algorithm, key.privateKey, data));
  return name === 'ECDSA' ? derOf(raw) : raw;
}

function derOf(raw: Uint8Array): Uint8Array {
  const integers = [raw.subarray(0, raw.length / 2), raw.subarray(raw.length / 2)].map((half) => {
    const from = half.findIndex((byte) => byte !== 0);
    const digits = half.subarray(from);
    const padded = (digits[0] ?? 0) > 127 ? concat([u8(0), digits]) : digits;
    return concat([u8(2), u8(padded.length), padded]);
  });
  const both = concat(integers);
  return both.length > 127
    ? concat([u8(0x30), u8(0x81), u8(both.length), both])
    : concat([u8(0x30), u8(both.length), both]);
}
