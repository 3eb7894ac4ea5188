// A Postgres server behind a connector that tells of its TLS: it asks for SCRAM, checks the proof and the channel binding, and notes
// how it was dialled and how often it had to be waited for.
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import type { ConnectOptions, Connector, TlsSession } from '@fairlead/transport';
import { ByteReader, bytes, greeting, int32, message, authenticationOk as ok } from './backend.ts';

const SSL_CODE = 80_877_103;
const CANCEL_CODE = 80_877_102;
const SALT = 'salt';
const utf8 = new TextDecoder();

/** What the server's end binds logins to. */
export const END_POINT: Uint8Array = Uint8Array.of(1, 2, 44, 3, 255);

/** How the server behaves. */
export interface TlsServerOptions {
  readonly mechanisms?: readonly string[];
  /** What its own end of the TLS connection hashes to; another one is somebody in between. */
  readonly endPoint?: Uint8Array;
  /** The application protocol that it chooses. Default: the first one that is offered. */
  readonly alpn?: string | undefined;
  /** Asks for no proof. */
  readonly trusts?: boolean;
  /** Whether the connector tells of its TLS. Default true. */
  readonly tells?: boolean;
  /** What each query is answered with. */
  readonly answer?: Uint8Array;
}

/** One server. */
export class TlsServer {
  readonly dialled: Pick<ConnectOptions, 'tls' | 'tlsOptions'>[] = [];
  /** What came, in order: `ssl`, `startup`, the mechanisms' names, `proof`, `query`, `cancel`. */
  readonly came: string[] = [];
  /** The flags of SCRAM's GS2 headers. */
  readonly flags: string[] = [];
  readonly #options: TlsServerOptions;

  constructor(options: TlsServerOptions = {}) {
    this.#options = options;
  }

  get connector(): Connector {
    const inner = memoryConnector((line) => this.#serve(line));
    return async (address, options = {}) => {
      this.dialled.push({ tls: options.tls, tlsOptions: options.tlsOptions });
      const transport = await inner(address, options);
      const { tells = true, alpn = options.tlsOptions?.alpn?.[0] } = this.#options;
      const session: TlsSession = {
        version: 'TLSv1.3',
        cipher: 'TLS_AES_128_GCM_SHA256',
        alpn,
        resumed: false,
        peerCertificates: [],
        channelBinding: async (type) => (type === 'tls-server-end-point' ? END_POINT : new Uint8Array(0)),
        exportKeyingMaterial: () => Promise.reject(new Error('not needed')),
      };
      const get = () => (tells && transport.peer.tls ? session : undefined);
      return Object.defineProperty(transport, 'tls', { get });
    };
  }

  async #serve(line: MemoryServer): Promise<void> {
    const reader = new ByteReader(line);
    let first = await reader.packet();
    if (first && new DataView(first.buffer).getInt32(0) === SSL_CODE) {
      this.came.push('ssl');
      await line.write(bytes('S'));
      await line.startTls();
      first = await reader.packet();
    }
    if (first === undefined) return;
    if (new DataView(first.buffer).getInt32(0) === CANCEL_CODE) {
      this.came.push('cancel');
      await line.close();
      return;
    }
    this.came.push('startup');
    if (!this.#options.trusts && !(await this.#authenticate(line, reader))) return line.close();
    await line.write(bytes(...(this.#options.trusts ? [ok] : []), greeting));
    for (let next = await reader.message(); next && next.type !== 'X'; next = await reader.message()) {
      if (next.type !== 'S' && next.type !== 'Q') continue;
      this.came.push('query');
      if (this.#options.answer) await line.write(this.#options.answer);
    }
    await line.close();
  }

  async #authenticate(line: MemoryServer, reader: ByteReader): Promise<boolean> {
    const { mechanisms = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] } = this.#options;
    await line.write(message('R', int32(10), ...mechanisms.map((name) => `${name}\0`), 0));
    const initial = utf8.decode((await reader.message())?.body);
    // The name, a NUL, the length in four bytes, the message.
    const nul = initial.indexOf('\0');
    const mechanism = initial.slice(0, nul);
    const first = initial.slice(nul + 5);
    const [flag = '', , ...bare] = first.split(',');
    this.came.push(mechanism);
    this.flags.push(flag);
    const nonce = /r=([^,]*)/.exec(first)?.[1] ?? '';
    const challenge = `r=${nonce}server,s=${btoa(SALT)},i=4096`;
    await line.write(message('R', int32(11), challenge));
    const final = utf8.decode((await reader.message())?.body);
    const [withoutProof = '', proof = ''] = final.split(',p=');
    this.came.push('proof');
    const bound = flag.startsWith('p=') ? (this.#options.endPoint ?? END_POINT) : new Uint8Array(0);
    const expected = Buffer.concat([Buffer.from(`${flag},,`), bound]).toString('base64');
    const signed = `${bare.join(',')},${challenge},${withoutProof}`;
    const salted = pbkdf2Sync('secret', SALT, 4096, 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
    const proven = new Uint8Array(Buffer.from(proof, 'base64')).map((byte, i) => byte ^ (signature[i] ?? 0));
    const isBound = withoutProof.startsWith(`c=${expected},`);
    if (!isBound || Buffer.compare(proven, clientKey) !== 0) {
      await line.write(message('E', 'SFATAL\0C28P01\0Mpassword authentication failed\0', 0));
      return false;
    }
    const verifier = hmac(hmac(salted, 'Server Key'), signed).toString('base64');
    await line.write(bytes(message('R', int32(12), `v=${verifier}`), ok));
    return true;
  }
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
