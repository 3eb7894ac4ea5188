// The server's half of the transport layer for tests: exchanges keys by Curve25519, then sends and takes payloads. By its hooks it
// misbehaves.
import { concat } from '@fairlead/bytes';
import { limitOf } from '@fairlead/client';
import { memoryPair } from '@fairlead/testkit';
import type { Transport } from '@fairlead/transport';
import { keysOf } from '../../src/connection/link/exchange.ts';
import { kexInitOf, type Offer, offerOf } from '../../src/connection/link/offers.ts';
import { PacketReceiver } from '../../src/connection/link/packet-receiver.ts';
import { PacketSender } from '../../src/connection/link/packet-sender.ts';
import { type LinkOptions, openLink } from '../../src/connection/open-link.ts';
import type { PacketLink } from '../../src/connection/packet-link.ts';
import { exchangeHash } from '../../src/key-exchange/exchange-hash.ts';
import { curve25519 } from '../../src/key-exchange/webcrypto-ecdh.ts';
import { negotiate, SIGNALS } from '../../src/session/negotiation.ts';
import * as TRANSPORT from '../../src/wire/numbers/transport.ts';
import { SshReader } from '../../src/wire/ssh-reader.ts';
import { SshWriter } from '../../src/wire/ssh-writer.ts';
import { IdentificationDecoder } from '../../src/wire/transport/identification.ts';
import { decodeKexInit, encodeKexInit, type KexInit } from '../../src/wire/transport/kex-init.ts';
import { NEWKEYS } from '../../src/wire/transport/transport-messages.ts';
import { anyHostKey, type TestHostKey, testHostKey } from './host-key.ts';

const SERVER_LINE = 'SSH-2.0-Test_1.0';

/** How a server behaves. Without hooks it does as OpenSSH does. */
export interface ServerLinkOptions {
  /** Default: a new one. */
  readonly hostKey?: TestHostKey | undefined;
  /** Signs in place of `hostKey`, in the exchange of this number from 0. */
  readonly signer?: ((exchange: number) => TestHostKey | undefined) | undefined;
  /** The key that is shown and signs in an exchange; default `hostKey`. */
  readonly keyOf?: ((exchange: number) => TestHostKey | undefined) | undefined;
  /** Whether it has strict key exchange. Default true. */
  readonly strict?: boolean | undefined;
  /** What it offers; default all that the client has. */
  readonly init?: ((init: KexInit, exchange: number) => KexInit) | undefined;
  /** Sent before the identification. */
  readonly linesBefore?: string | undefined;
  /** Payloads in plain at the named places of the first exchange. */
  readonly before?: Partial<Record<'kexinit' | 'reply' | 'newkeys', readonly Uint8Array[]>> | undefined;
  /** `server-sig-algs` in an EXT_INFO behind the first NEWKEYS; `null` for no EXT_INFO. */
  readonly signatureAlgorithms?: readonly string[] | null | undefined;
  /** Sends nothing more from this place on. */
  readonly silentAt?: 'identification' | 'kexinit' | 'reply' | 'newkeys' | undefined;
  /** Puts a value of its own in place of the server's. */
  readonly serverValue?: ((value: Uint8Array) => Uint8Array) | undefined;
}

/** A server's half of a link. Payloads of the exchange are dealt with inside `receive`. */
export class ServerLink {
  readonly transport: Transport;
  readonly sender: PacketSender;
  readonly receiver: PacketReceiver;
  /** How many exchanges have ended. */
  exchanges = 0;
  sessionId: Uint8Array = new Uint8Array(0);
  /** The client's last KEXINIT. */
  clientInit: KexInit | undefined;
  clientIdentification = '';
  readonly #options: ServerLinkOptions;
  readonly #hostKey: TestHostKey;
  readonly #offer: Offer;
  #serverInit: Uint8Array | undefined;
  #sent: KexInit | undefined;
  #clientInit: Uint8Array = new Uint8Array(0);
  #strict = false;
  #install: (() => void) | undefined;

  private constructor(transport: Transport, hostKey: TestHostKey, options: ServerLinkOptions) {
    this.transport = transport;
    this.sender = new PacketSender(transport);
    this.receiver = new PacketReceiver(transport);
    this.#hostKey = hostKey;
    this.#options = options;
    this.#offer = offerOf({ algorithms: ['ssh-ed25519'], verify: async () => undefined });
  }

  /** Exchanges keys with the client, and sends EXT_INFO. */
  static async open(transport: Transport, options: ServerLinkOptions = {}): Promise<ServerLink> {
    const link = new ServerLink(transport, options.hostKey ?? (await testHostKey()), options);
    await link.#begin();
    while (link.exchanges === 0) if (!(await link.step())) throw new Error('the client has gone');
    return link;
  }

  /** Sends a payload, behind an exchange that is under way. */
  send(payload: Uint8Array): Promise<void> {
    return this.sender.send(payload);
  }

  /** The next payload that is not of an exchange; `undefined` at the end. */
  async receive(): Promise<Uint8Array | undefined> {
    for (;;) {
      const payload = await this.step();
      if (payload === undefined || payload.length > 0) return payload;
    }
  }

  /** Begins a key exchange; `receive` goes on with it. */
  rekey(): void {
    const init = this.#initOf();
    this.#serverInit = encodeKexInit(init, crypto.getRandomValues(new Uint8Array(16)));
    void this.sender.push(this.#serverInit);
    this.sender.hold();
  }

  async #begin(): Promise<void> {
    const { linesBefore = '', silentAt, before } = this.#options;
    if (silentAt === 'identification') return silence();
    this.sender.raw(new TextEncoder().encode(`${linesBefore}${SERVER_LINE}\r\n`));
    if (silentAt === 'kexinit') return silence();
    for (const payload of before?.kexinit ?? []) void this.sender.push(payload);
    this.rekey();
    const decoder = new IdentificationDecoder();
    for (let found = decoder.next(); found === undefined; found = decoder.next()) {
      decoder.keep();
      decoder.push((await this.transport.read()) ?? new Uint8Array(0));
      found = decoder.next();
      if (found === undefined) continue;
      this.clientIdentification = new TextDecoder().decode(found.line);
      this.receiver.push(decoder.rest());
      return;
    }
  }

  #initOf(): KexInit {
    const { strict = true, init: change } = this.#options;
    const init = kexInitOf(this.#offer, false);
    const keyExchanges = [
      ...curve25519.names,
      ...(strict && this.exchanges === 0 ? [SIGNALS.STRICT_SERVER] : []),
    ];
    const mine = { ...init, keyExchanges };
    this.#sent = change?.(mine, this.exchanges) ?? mine;
    return this.#sent;
  }

  /** One payload; an empty one for what was dealt with. */
  async step(): Promise<Uint8Array | undefined> {
    const payload = await this.receiver.next();
    switch (payload?.[0]) {
      case TRANSPORT.KEXINIT:
        if (this.#serverInit === undefined) this.rekey();
        this.#clientInit = payload.slice();
        this.clientInit = decodeKexInit(payload);
        this.receiver.oneByOne = true;
        this.#strict ||=
          this.clientInit.keyExchanges.includes(SIGNALS.STRICT_CLIENT) && (this.#options.strict ?? true);
        return new Uint8Array(0);
      case TRANSPORT.KEX_ECDH_INIT:
        await this.#reply(payload);
        return new Uint8Array(0);
      case TRANSPORT.NEWKEYS:
        this.#install?.();
        this.receiver.oneByOne = false;
        this.exchanges++;
        return new Uint8Array(0);
      default:
        return payload;
    }
  }

  async #reply(payload: Uint8Array): Promise<void> {
    const { silentAt, before, keyOf, signer, serverValue: changeValue, signatureAlgorithms } = this.#options;
    const serverInit = this.#serverInit;
    const { clientInit, exchanges } = this;
    if (!(serverInit && clientInit && this.#sent)) throw new Error('no KEXINIT was sent');
    const reader = new SshReader(payload);
    reader.u8();
    const clientValue = reader.string();
    const attempt = await curve25519.begin();
    const serverValue = changeValue?.(attempt.clientValue) ?? attempt.clientValue;
    const hostKey = keyOf?.(exchanges) ?? this.#hostKey;
    const secret = await attempt.finish(clientValue);
    const h = await exchangeHash('SHA-256', {
      clientIdentification: this.clientIdentification,
      serverIdentification: SERVER_LINE,
      clientInit: this.#clientInit,
      serverInit,
      hostKey: hostKey.blob,
      clientValue,
      serverValue,
      secret,
    });
    if (exchanges === 0) this.sessionId = h;
    const signature = await (signer?.(exchanges) ?? hostKey).sign(h);
    if (silentAt === 'reply') return silence();
    if (exchanges === 0) for (const each of before?.reply ?? []) void this.sender.push(each);
    const writer = new SshWriter(4_096);
    writer.u8(TRANSPORT.KEX_ECDH_REPLY);
    writer.string(hostKey.blob);
    writer.string(serverValue);
    writer.string(signature);
    void this.sender.push(writer.take());
    if (silentAt === 'newkeys') return silence();
    if (exchanges === 0) for (const each of before?.newkeys ?? []) void this.sender.push(each);
    await this.#newKeys(clientInit, this.#sent, {
      hash: 'SHA-256',
      secret,
      exchangeHash: h,
      sessionId: this.sessionId,
    });
    if (exchanges > 0 || signatureAlgorithms === null) return;
    void this.send(extInfo(signatureAlgorithms ?? ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256']));
  }

  async #newKeys(
    clientInit: KexInit,
    serverInit: KexInit,
    source: Parameters<typeof keysOf>[0],
  ): Promise<void> {
    const { ciphers, macs } = this.#offer;
    const cipherOf = (name: string) => ciphers.find((cipher) => cipher.name === name) ?? missing();
    const macOf = (name: string | undefined) => macs.find((mac) => mac.name === name);
    const choice = negotiate(clientInit, serverInit, (name) => cipherOf(name).authenticates);
    const toClient = cipherOf(choice.cipherToClient);
    const toServer = cipherOf(choice.cipherToServer);
    const sealer = await toClient.sealer(await keysOf(source, toClient, macOf(choice.macToClient), 'BDF'));
    const opener = await toServer.opener(await keysOf(source, toServer, macOf(choice.macToServer), 'ACE'));
    void this.sender.push(NEWKEYS);
    this.sender.install(sealer, this.#strict);
    this.sender.release();
    this.#install = () => this.receiver.install(opener, this.#strict);
    this.#serverInit = undefined;
  }
}

/** A link, and the server's half of it, over memory. */
export async function linkPair(
  server: ServerLinkOptions = {},
  client: Partial<LinkOptions> = {},
): Promise<[PacketLink, ServerLink]> {
  const [near, far] = memoryPair({ tls: 'off' });
  return Promise.all([
    openLink(near, { hostKeys: anyHostKey(), limit: limitOf({ timeoutMs: 10_000 }), ...client }),
    ServerLink.open(far, server),
  ]);
}

/** An EXT_INFO with `server-sig-algs`. */
export function extInfo(algorithms: readonly string[]): Uint8Array {
  const writer = new SshWriter(4_096);
  writer.u8(TRANSPORT.EXT_INFO);
  writer.u32(1);
  writer.string('server-sig-algs');
  writer.string(algorithms.join(','));
  return writer.take();
}

/** Several payloads' bytes as one text, for comparisons. */
export function joined(payloads: readonly Uint8Array[]): string {
  return new TextDecoder('latin1').decode(concat(payloads));
}

function silence(): Promise<never> {
  return new Promise(() => undefined);
}

function missing(): never {
  throw new Error('a cipher was chosen that was not offered');
}
