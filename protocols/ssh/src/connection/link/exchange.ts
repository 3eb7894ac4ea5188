// Runs the key exchanges of one link: the first, and each one after it. It reads nothing, and hands out no payload.
import { equalBytes } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import type { Cipher, CipherKeys, Mac, Opener, Sealer } from '../../ciphers/types.ts';
import { protocolError } from '../../errors.ts';
import type { HostKeyPolicy } from '../../host-keys/types.ts';
import { deriveKey, exchangeHash, type KeySource } from '../../key-exchange/exchange-hash.ts';
import type { KeyExchangeAttempt, KeyExchangeMethod } from '../../key-exchange/types.ts';
import { type ExchangeEvent, type ExchangeState, exchangeAfter } from '../../session/exchange-states.ts';
import { type Choice, negotiate, SIGNALS } from '../../session/negotiation.ts';
import * as TRANSPORT from '../../wire/numbers/transport.ts';
import { CLIENT_IDENTIFICATION } from '../../wire/transport/identification.ts';
import { decodeKexInit, encodeKexInit, type KexInit } from '../../wire/transport/kex-init.ts';
import { decodeKexReply, encodeKexValue, NEWKEYS } from '../../wire/transport/transport-messages.ts';
import type { NegotiatedAlgorithms } from '../packet-link.ts';
import { kexInitOf, type Offer } from './offers.ts';
import type { PacketReceiver } from './packet-receiver.ts';
import type { PacketSender } from './packet-sender.ts';

/** One exchange under way. */
interface Run {
  readonly init: KexInit;
  readonly clientInit: Uint8Array;
  serverInit: Uint8Array | undefined;
  choice: Choice | undefined;
  method: KeyExchangeMethod | undefined;
  attempt: KeyExchangeAttempt | undefined;
  /** What opens packets behind the server's NEWKEYS. */
  opener: Opener | undefined;
  skipsNext: boolean;
}

/** What the first exchange has settled. */
export interface Established {
  readonly sessionId: Uint8Array;
  readonly hostKey: Uint8Array;
}

/** All exchanges of a link, one after the other. */
export class Exchanges {
  state: ExchangeState = 'settled';
  /** Whether the server's first NEWKEYS is owed. */
  first = true;
  /** Whether both sides have strict key exchange. */
  strict = false;
  /** Of the first exchange; undefined before its reply was verified. */
  established: Established | undefined;
  /** Of the last exchange. */
  algorithms: NegotiatedAlgorithms | undefined;
  /** The server's identification line. */
  serverIdentification: Uint8Array = new Uint8Array(0);
  readonly #offer: Offer;
  readonly #hostKeys: HostKeyPolicy;
  readonly #sender: PacketSender;
  readonly #receiver: PacketReceiver;
  #run: Run | undefined;
  /** Made while the server's first KEXINIT is on its way: the method that is preferred is nearly always the one. */
  #early: Promise<KeyExchangeAttempt> | undefined;

  constructor(offer: Offer, hostKeys: HostKeyPolicy, sender: PacketSender, receiver: PacketReceiver) {
    this.#offer = offer;
    this.#hostKeys = hostKeys;
    this.#sender = sender;
    this.#receiver = receiver;
  }

  /** Sends our KEXINIT, and holds back what is not of the exchange. */
  begin(): void {
    const first = this.established === undefined;
    const init = kexInitOf(this.#offer, first);
    const clientInit = encodeKexInit(init, crypto.getRandomValues(new Uint8Array(16)));
    this.#run = {
      init,
      clientInit,
      serverInit: undefined,
      choice: undefined,
      method: undefined,
      attempt: undefined,
      opener: undefined,
      skipsNext: false,
    };
    this.#move('our KEXINIT');
    void this.#sender.push(clientInit);
    this.#sender.hold();
    if (!first) return;
    this.#early = this.#offer.methods[0]?.begin();
    this.#early?.catch(() => undefined);
  }

  /** Whether a packet is the server's wrong guess (RFC 4253 section 7), to be dropped. */
  skips(): boolean {
    if (this.#run?.skipsNext !== true) return false;
    this.#run.skipsNext = false;
    return true;
  }

  /**
   * Takes a message of the exchange that may come in this state.
   * @param payload Borrowed until the promise settles.
   * @throws FairleadError `protocol`, and what the host key's policy throws.
   */
  async take(payload: Uint8Array): Promise<void> {
    if (payload[0] === TRANSPORT.KEXINIT) return this.#takeInit(payload);
    if (payload[0] === TRANSPORT.KEX_ECDH_REPLY) return this.#takeReply(payload);
    this.#takeNewKeys();
  }

  async #takeInit(payload: Uint8Array): Promise<void> {
    if (this.state === 'settled') this.begin();
    const run = this.#running();
    const theirs = decodeKexInit(payload);
    if (this.established === undefined) {
      this.strict = theirs.keyExchanges.includes(SIGNALS.STRICT_SERVER);
      if (this.strict && this.#receiver.sequenceOfLast !== 0) {
        throw protocolError('A packet came before the first KEXINIT, which strict key exchange forbids');
      }
    }
    const choice = negotiate(run.init, theirs, (name) => this.#cipher(name).authenticates);
    run.serverInit = payload.slice();
    run.choice = choice;
    run.skipsNext = choice.skipsGuess;
    const method = named(this.#offer.methods, choice.keyExchange, ({ names }) => names);
    run.method = method;
    const early = method === this.#offer.methods[0] ? this.#early : undefined;
    this.#early = undefined;
    this.#receiver.oneByOne = true;
    this.#move("the server's KEXINIT");
    run.attempt = await (early ?? method.begin());
    void this.#sender.push(encodeKexValue(run.attempt.clientValue));
  }

  async #takeReply(payload: Uint8Array): Promise<void> {
    const { serverInit, clientInit, attempt, choice, method } = this.#running();
    if (!(attempt && serverInit && choice && method)) throw new Error('no value was sent');
    const { hostKey, serverValue, signature } = decodeKexReply(payload);
    // The signature of a key that does not belong here is not worth a look.
    const known = this.established;
    if (known !== undefined && !equalBytes(known.hostKey, hostKey)) {
      throw new FairleadError(
        'auth',
        "SSH: The server's host key is another one than in the first key exchange",
      );
    }
    const secret = await attempt.finish(serverValue);
    const h = await exchangeHash(method.hash, {
      clientIdentification: CLIENT_IDENTIFICATION,
      serverIdentification: this.serverIdentification,
      clientInit,
      serverInit,
      hostKey,
      clientValue: attempt.clientValue,
      serverValue,
      secret,
    });
    const blob = known?.hostKey ?? hostKey.slice();
    await this.#hostKeys.verify({
      blob,
      algorithm: choice.hostKey,
      signature: signature.slice(),
      exchangeHash: h,
    });
    this.established = known ?? { sessionId: h, hostKey: blob };
    const { sessionId } = this.established;
    await this.#newKeys(choice, { hash: method.hash, secret, exchangeHash: h, sessionId });
  }

  /** Sends NEWKEYS; from then on the new keys seal, and what was held leaves. */
  async #newKeys(choice: Choice, source: KeySource): Promise<void> {
    const [sealer, opener] = await Promise.all([
      this.#sealer(source, choice.cipherToServer, choice.macToServer),
      this.#opener(source, choice.cipherToClient, choice.macToClient),
    ]);
    const { keyExchange, hostKey, cipherToServer, cipherToClient, macToServer, macToClient } = choice;
    this.algorithms = { keyExchange, hostKey, cipherToServer, cipherToClient, macToServer, macToClient };
    this.#running().opener = opener;
    this.#move('KEX_ECDH_REPLY');
    void this.#sender.push(NEWKEYS);
    this.#sender.install(sealer, this.strict);
    if (this.first) this.#sender.waitForMore();
    this.#sender.release();
  }

  #takeNewKeys(): void {
    const { opener } = this.#running();
    if (opener === undefined) throw new Error('no keys were made');
    this.#receiver.install(opener, this.strict);
    this.#receiver.oneByOne = false;
    this.#run = undefined;
    this.first = false;
    this.#move('NEWKEYS');
  }

  async #sealer(source: KeySource, name: string, mac: string | undefined): Promise<Sealer> {
    const cipher = this.#cipher(name);
    return cipher.sealer(await keysOf(source, cipher, this.#mac(mac), 'ACE'));
  }

  async #opener(source: KeySource, name: string, mac: string | undefined): Promise<Opener> {
    const cipher = this.#cipher(name);
    return cipher.opener(await keysOf(source, cipher, this.#mac(mac), 'BDF'));
  }

  #cipher(name: string): Cipher {
    return named(this.#offer.ciphers, name, (cipher) => [cipher.name]);
  }

  #mac(name: string | undefined): Mac | undefined {
    return name === undefined ? undefined : named(this.#offer.macs, name, (mac) => [mac.name]);
  }

  #move(event: ExchangeEvent): void {
    this.state = exchangeAfter(this.state, event);
  }

  #running(): Run {
    if (this.#run === undefined) throw new Error('no key exchange is under way');
    return this.#run;
  }
}

/**
 * One direction's keys.
 * @param letters Of the IV, the key and the MAC's key (RFC 4253 section 7.2).
 */
export async function keysOf(
  source: KeySource,
  cipher: Cipher,
  mac: Mac | undefined,
  letters: string,
): Promise<CipherKeys> {
  const [iv = '', key = '', macKey = ''] = letters;
  return {
    iv: await deriveKey(source, iv, cipher.ivBytes),
    key: await deriveKey(source, key, cipher.keyBytes),
    mac: mac && { algorithm: mac, key: await deriveKey(source, macKey, mac.bytes) },
  };
}

/** What was negotiated is one of what was offered. */
function named<T>(all: readonly T[], name: string, namesOf: (one: T) => readonly string[]): T {
  const one = all.find((candidate) => namesOf(candidate).includes(name));
  if (one === undefined) throw new Error(`${name} was not offered`);
  return one;
}
