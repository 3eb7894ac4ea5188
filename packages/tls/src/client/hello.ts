// ClientHello (RFC 8446 section 4.1.2), the first one and the one behind HelloRetryRequest: what is offered, and whether a
// ServerHello answers it.
import { concat } from '@fairlead/bytes';
import { SCHEMES } from '../crypto/index.ts';
import type { CipherSuite, Group, KeyShare } from '../crypto/types.ts';
import { illegal, TlsFault, undecodable } from '../fault.ts';
import { Cursor } from '../wire/cursor.ts';
import { extension, message, u8, u16, u32, vector } from '../wire/encode.ts';
import { checkExtensions, EXTENSION } from '../wire/extensions.ts';
import { alpnExtension, HANDSHAKE } from '../wire/messages.ts';
import { type Retry, readRetry, type ServerHello } from '../wire/server-hello.ts';
import {
  deriveSecret,
  earlySecret,
  emptyHash,
  finishedValue,
  type MessageTranscript,
} from './key-schedule.ts';
import type { HandshakeRequest, Ticket, Tls12 } from './types.ts';

const TLS12 = 0x0303;
const TLS13 = 0x0304;
/** `psk_dhe_ke`: a resumed session has an ephemeral key too. */
const PSK_DHE_KE = 1;
const HOST_NAME = 0;
const NOTHING = new Uint8Array(0);

/** A session that is offered to be resumed. */
interface OfferedSession {
  readonly ticket: Ticket;
  readonly suite: CipherSuite;
  /** Its early secret. */
  readonly early: Promise<Uint8Array>;
}

/** The hellos of one handshake. */
export class ClientHello {
  readonly random: Uint8Array = crypto.getRandomValues(new Uint8Array(32));
  /** The extensions that were offered. */
  offered: ReadonlySet<number> = new Set();
  /** What is offered to be resumed. */
  session: OfferedSession | undefined;
  readonly #request: HandshakeRequest;
  /** Not empty, so that middleboxes take it for TLS 1.2: appendix D.4. */
  readonly #sessionId: Uint8Array;
  readonly #tls12: ReturnType<Tls12['offer']> | undefined;
  #group: Group | undefined;
  #share: KeyShare | undefined;
  #retry: Retry | undefined;
  #retrySuite: number | undefined;

  constructor(request: HandshakeRequest) {
    const { settings, ticket } = request;
    this.#request = request;
    this.#tls12 = settings.tls12?.offer(request);
    this.#sessionId = this.#tls12?.sessionId ?? crypto.getRandomValues(new Uint8Array(32));
    const suite = settings.cipherSuites.find(({ id }) => id === ticket?.cipherSuite);
    if (ticket?.version !== 'TLSv1.3' || suite === undefined) return;
    this.session = { ticket, suite, early: earlySecret(suite.hash, ticket.secret) };
  }

  /** Encodes it. @param transcript What comes before; the hello is added to it. */
  async make(transcript: MessageTranscript): Promise<Uint8Array> {
    this.#group ??= this.#request.settings.groups[0];
    this.#share ??= await this.#group?.generate();
    const extensions = this.#extensions();
    const whole =
      this.session === undefined ? this.#encode(extensions) : await this.#withBinder(extensions, transcript);
    const list = new Cursor(extensions, 'extensions');
    const offered = new Set<number>(this.session === undefined ? [] : [EXTENSION.pre_shared_key]);
    while (list.left > 0) {
      offered.add(list.u16());
      list.vector(2);
    }
    this.offered = offered;
    transcript.add(whole);
    return whole;
  }

  /**
   * The suite that ServerHello or HelloRetryRequest chose.
   * @throws TlsFault where what it says was not offered.
   */
  suiteOf(hello: ServerHello): CipherSuite {
    const { version, sessionId, cipherSuite, compression } = hello;
    if (version !== TLS13) throw illegal(`the server chose a version of TLS that was not offered`);
    if (
      !sessionId.every((byte, i) => byte === this.#sessionId[i]) ||
      sessionId.length !== this.#sessionId.length
    ) {
      throw illegal('ServerHello does not repeat the session id');
    }
    if (compression !== 0) throw undecodable('the compression in ServerHello');
    const suite = this.#request.settings.cipherSuites.find(({ id }) => id === cipherSuite);
    if (suite === undefined) throw illegal('the server chose a cipher suite that was not offered');
    if (this.#retrySuite !== undefined && this.#retrySuite !== cipherSuite) {
      throw illegal('the server chose another cipher suite than before');
    }
    const { supported_versions, key_share, pre_shared_key, cookie } = EXTENSION;
    const allowed = [supported_versions, key_share, hello.isRetry ? cookie : pre_shared_key];
    // The cookie is the one extension that answers nothing.
    const offered = hello.isRetry ? new Set([...this.offered, cookie]) : this.offered;
    checkExtensions('ServerHello', hello.extensions, offered, allowed);
    return suite;
  }

  /** Takes the wishes of a HelloRetryRequest (section 4.1.4). @throws TlsFault where they change nothing or cannot be. */
  retry(hello: ServerHello, suite: CipherSuite): void {
    const retry = readRetry(hello.extensions);
    if (retry.group === undefined && retry.cookie === undefined) {
      throw illegal('HelloRetryRequest asks for nothing that is new');
    }
    if (retry.group !== undefined) {
      const group = this.#request.settings.groups.find(({ id }) => id === retry.group);
      if (group === undefined) throw illegal('HelloRetryRequest asks for a group that was not offered');
      if (group === this.#group) throw illegal('HelloRetryRequest asks for nothing that is new');
      this.#group = group;
      this.#share = undefined;
    }
    this.#retry = retry;
    this.#retrySuite = suite.id;
    // A session of another hash cannot be resumed under this suite: section 4.1.4.
    if (this.session?.suite.hash !== suite.hash) this.session = undefined;
  }

  /** The secret that both sides share. @throws TlsFault for a share of another group, or a bad one. */
  agree(group: number, share: Uint8Array): Promise<Uint8Array> {
    if (this.#share === undefined || group !== this.#group?.id) {
      throw illegal('the server sent a key share of a group for which it had none');
    }
    return this.#share.agree(share);
  }

  #encode(extensions: Uint8Array): Uint8Array {
    const suites = this.#request.settings.cipherSuites.map(({ id }) => id);
    return message(
      HANDSHAKE.client_hello,
      u16(TLS12),
      this.random,
      vector(1, this.#sessionId),
      vector(2, u16(...suites, ...(this.#tls12?.cipherSuites ?? []))),
      vector(1, u8(0)),
      vector(2, extensions),
    );
  }

  #extensions(): Uint8Array {
    const { settings, name } = this.#request;
    const versions = this.#tls12 === undefined ? [TLS13] : [TLS13, TLS12];
    const share = concat([u16(this.#group?.id ?? 0), vector(2, this.#share?.share ?? NOTHING)]);
    return concat([
      isAddress(name) ? NOTHING : serverName(name),
      this.#tls12?.extensions ?? NOTHING,
      extension(EXTENSION.supported_groups, vector(2, u16(...settings.groups.map(({ id }) => id)))),
      extension(EXTENSION.signature_algorithms, vector(2, u16(...SCHEMES.keys()))),
      settings.alpn.length === 0 ? NOTHING : alpnExtension(settings.alpn),
      extension(EXTENSION.supported_versions, vector(1, u16(...versions))),
      settings.tickets === false
        ? NOTHING
        : extension(EXTENSION.psk_key_exchange_modes, vector(1, u8(PSK_DHE_KE))),
      extension(EXTENSION.key_share, vector(2, share)),
      this.#retry?.cookie === undefined ? NOTHING : extension(EXTENSION.cookie, this.#retry.cookie),
    ]);
  }

  /** With `pre_shared_key` as the last extension, whose binder is made of everything before it: section 4.2.11. */
  async #withBinder(extensions: Uint8Array, transcript: MessageTranscript): Promise<Uint8Array> {
    if (this.session === undefined) return this.#encode(extensions);
    const { ticket, suite, early } = this.session;
    const { hash } = suite;
    const age = (Date.now() - ticket.receivedAt + ticket.ageAdd) >>> 0;
    const identities = vector(2, vector(2, ticket.identity), u32(age));
    const binders = (binder: Uint8Array): Uint8Array => vector(2, vector(1, binder));
    const placeholder = binders(new Uint8Array(hash.bytes));
    const whole = this.#encode(
      concat([extensions, extension(EXTENSION.pre_shared_key, identities, placeholder)]),
    );
    const partial = whole.subarray(0, whole.length - placeholder.length);
    const key = await deriveSecret(hash, await early, 'res binder', await emptyHash(hash));
    const binder = await finishedValue(hash, key, await transcript.hashWith(hash, partial));
    return concat([partial, binders(binder)]);
  }
}

/**
 * Refuses what is older than TLS 1.2, and a TLS 1.2 that cannot be meant.
 * @param tls12 Undefined where it was not offered.
 * @throws TlsFault
 */
export function checkOlderVersion(
  { version, isRetry, isDowngraded }: ServerHello,
  tls12: Tls12 | undefined,
): asserts tls12 {
  if (isDowngraded) {
    throw illegal('something on the way made the version older');
  }
  if (version !== TLS12 || isRetry)
    throw new TlsFault('protocol_version', 'the server speaks neither TLS 1.3 nor TLS 1.2');
  if (tls12 === undefined) {
    const way =
      'give overTls({ versions: [tls12] }) with tls12 from @fairlead/tls/tls12, and no minVersion above it';
    throw new TlsFault('protocol_version', `the server speaks TLS 1.2 at most: ${way}`);
  }
}

/** Whether `name` is an IP address, which SNI does not carry (RFC 6066 section 3). */
function isAddress(name: string): boolean {
  return name.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

function serverName(name: string): Uint8Array {
  return extension(
    EXTENSION.server_name,
    vector(2, u8(HOST_NAME), vector(2, new TextEncoder().encode(name))),
  );
}
