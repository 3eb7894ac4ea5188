// The client's handshake of TLS 1.3 (RFC 8446 section 2 and appendix A.1), from ClientHello to Finished, and the place where TLS
// 1.2 takes over. Each message is wanted at one place; anything else there is refused.
import type { CipherSuite } from '../crypto/types.ts';
import { illegal, TlsFault } from '../fault.ts';
import { message } from '../wire/encode.ts';
import {
  bodyOf,
  type CertificateRequest,
  HANDSHAKE,
  readCertificateRequest,
  readEncryptedExtensions,
} from '../wire/messages.ts';
import { readKeyShare, readPreSharedKey, readServerHello, type ServerHello } from '../wire/server-hello.ts';
import type { VerifiedChain } from '../x509/types.ts';
import { authenticateClient, authenticateServer, checkFinished } from './authentication.ts';
import { establish, type Session13, ticketOf } from './established.ts';
import { ClientHello, checkOlderVersion } from './hello.ts';
import {
  deriveSecret,
  handshakeSecret,
  MessageTranscript,
  masterSecret,
  TrafficSecret,
} from './key-schedule.ts';
import type { ClientStream, HandshakeOutcome, HandshakeRequest } from './types.ts';

/**
 * Shakes hands as the client.
 * @throws TlsFault for what is wrong; ReceivedAlert; FairleadError `connection_lost` where the server ends.
 */
export async function handshake(stream: ClientStream, request: HandshakeRequest): Promise<HandshakeOutcome> {
  return new ClientHandshake(stream, request).run();
}

/** The secrets of the two directions while the handshake lasts, and what comes of them. */
interface HandshakeKeys {
  readonly suite: CipherSuite;
  readonly secret: Uint8Array;
  readonly client: TrafficSecret;
  readonly server: TrafficSecret;
}

/** The same with the ServerHello that counts. */
interface NegotiatedKeys extends HandshakeKeys {
  readonly hello: ServerHello;
}

/** What the server says of itself, up to its Finished. */
interface ServerFlight {
  readonly alpn: string | undefined;
  readonly chain: VerifiedChain;
  readonly wanted: CertificateRequest | undefined;
}

class ClientHandshake {
  readonly #stream: ClientStream;
  readonly #request: HandshakeRequest;
  readonly #hello: ClientHello;
  readonly #transcript = new MessageTranscript();
  #sentChangeCipherSpec = false;

  constructor(stream: ClientStream, request: HandshakeRequest) {
    this.#stream = stream;
    this.#request = request;
    this.#hello = new ClientHello(request);
  }

  async run(): Promise<HandshakeOutcome> {
    const sent = await this.#sendHello();
    const received = await this.#stream.next();
    const hello = readServerHello(received);
    if (!hello.isVersionExplicit) return this.#older(sent, received, hello);
    const suite = this.#hello.suiteOf(hello);
    this.#stream.settle('TLSv1.3');
    const keys = hello.isRetry
      ? await this.#retry(received, hello, suite)
      : await this.#keys(received, hello, suite);
    const resumed = readPreSharedKey(keys.hello.extensions) !== undefined;
    const flight = await this.#serverFlight(keys.suite, resumed);
    await this.#serverFinished(keys);
    return this.#finish(keys, flight, resumed);
  }

  async #sendHello(): Promise<Uint8Array> {
    const sent = await this.#hello.make(this.#transcript);
    await this.#stream.send(sent);
    return sent;
  }

  /** ServerHello has chosen a version from before TLS 1.3. */
  async #older(
    clientHello: Uint8Array,
    serverHello: Uint8Array,
    hello: ServerHello,
  ): Promise<HandshakeOutcome> {
    const { tls12 } = this.#request.settings;
    checkOlderVersion(hello, tls12);
    this.#stream.settle('TLSv1.2');
    const { random: clientRandom } = this.#hello;
    const start = { request: this.#request, stream: this.#stream, clientHello, serverHello, clientRandom };
    const { established, ticket } = await tls12.handshake(start);
    return { established, ticket, tls13: undefined, isVerdictDue: false };
  }

  async #retry(received: Uint8Array, request: ServerHello, suite: CipherSuite): Promise<NegotiatedKeys> {
    if (this.#stream.hasPart)
      throw new TlsFault('unexpected_message', 'HelloRetryRequest is not alone in its record');
    await this.#transcript.restart(suite.hash);
    this.#transcript.add(received);
    this.#hello.retry(request, suite);
    await this.#changeCipherSpec();
    await this.#sendHello();
    const next = await this.#stream.next();
    const hello = readServerHello(next);
    if (hello.isRetry) throw new TlsFault('unexpected_message', 'the server sent HelloRetryRequest twice');
    return this.#keys(next, hello, this.#hello.suiteOf(hello));
  }

  /** Section 7.1, up to the keys that protect the rest of the handshake. */
  async #keys(received: Uint8Array, hello: ServerHello, suite: CipherSuite): Promise<NegotiatedKeys> {
    const { hash } = suite;
    const share = readKeyShare(hello.extensions);
    const early = await this.#resumedSecret(hello, suite);
    const secret = await handshakeSecret(hash, early, await this.#hello.agree(share.group, share.share));
    this.#transcript.add(received);
    const transcriptHash = await this.#transcript.hash(hash);
    const [client, server] = await this.#traffic(
      suite,
      secret,
      ['c hs traffic', 's hs traffic'],
      transcriptHash,
    );
    const [writing, reading] = await Promise.all([client.protection('seal'), server.protection('open')]);
    // From here on alerts are encrypted too.
    this.#stream.readWith(reading);
    this.#stream.writeWith(writing);
    await this.#changeCipherSpec();
    return { hello, suite, secret, client, server };
  }

  #resumedSecret({ extensions }: ServerHello, suite: CipherSuite): Promise<Uint8Array> | undefined {
    const index = readPreSharedKey(extensions);
    const { session } = this.#hello;
    if (index === undefined) return undefined;
    if (index !== 0 || session === undefined)
      throw illegal('the server resumes a session that was not offered');
    if (session.suite.hash !== suite.hash) throw illegal('the server resumes a session under another hash');
    return session.early;
  }

  async #traffic(
    suite: CipherSuite,
    secret: Uint8Array,
    [client, server]: readonly [string, string],
    transcriptHash: Uint8Array,
  ): Promise<[TrafficSecret, TrafficSecret]> {
    const { hash } = suite;
    const secrets = await Promise.all([
      deriveSecret(hash, secret, client, transcriptHash),
      deriveSecret(hash, secret, server, transcriptHash),
    ]);
    return [new TrafficSecret(suite, secrets[0]), new TrafficSecret(suite, secrets[1])];
  }

  /** EncryptedExtensions, and without a resumption CertificateRequest, Certificate and CertificateVerify. */
  async #serverFlight({ hash }: CipherSuite, resumed: boolean): Promise<ServerFlight> {
    const first = await this.#stream.next();
    const alpn = readEncryptedExtensions(first, this.#hello.offered, this.#request.settings.alpn);
    this.#transcript.add(first);
    const { session } = this.#hello;
    if (resumed && session !== undefined) return { alpn, chain: session.ticket.chain, wanted: undefined };
    let wanted: CertificateRequest | undefined;
    let next = await this.#stream.next();
    if (next[0] === HANDSHAKE.certificate_request) {
      wanted = readCertificateRequest(next);
      this.#transcript.add(next);
      next = await this.#stream.next();
    }
    const follow = (): Promise<Uint8Array> => this.#stream.next();
    const chain = await authenticateServer(next, follow, this.#transcript, hash, this.#request);
    return { alpn, chain, wanted };
  }

  async #serverFinished({ server, suite }: HandshakeKeys): Promise<void> {
    const finished = await this.#stream.next();
    const body = bodyOf(finished, 'finished');
    const expected = await server.finished(await this.#transcript.hash(suite.hash));
    checkFinished(body.bytes(), expected);
    this.#transcript.add(finished);
  }

  /** The client's last flight, and the keys of what comes behind it. */
  async #finish(keys: HandshakeKeys, flight: ServerFlight, resumed: boolean): Promise<HandshakeOutcome> {
    const { suite, client } = keys;
    const { hash } = suite;
    const master = await masterSecret(hash, keys.secret);
    const transcriptHash = await this.#transcript.hash(hash);
    const [write, read] = await this.#traffic(
      suite,
      master,
      ['c ap traffic', 's ap traffic'],
      transcriptHash,
    );
    const exporterSecret = once(() => deriveSecret(hash, master, 'exp master', transcriptHash));
    const [writing, reading] = await Promise.all([write.protection('seal'), read.protection('open')]);
    this.#stream.readWith(reading);
    const { settings } = this.#request;
    const proofs =
      flight.wanted === undefined
        ? []
        : await authenticateClient(flight.wanted, settings, this.#transcript, hash);
    const verifyData = await client.finished(await this.#transcript.hash(hash));
    const finished = message(HANDSHAKE.finished, verifyData);
    this.#transcript.add(finished);
    await this.#stream.send(...proofs, finished);
    this.#stream.writeWith(writing);
    const session: Session13 = { suite, alpn: flight.alpn, resumed, chain: flight.chain, exporterSecret };
    const finalHash = this.#transcript.hash(hash);
    const resumption = once(async () => deriveSecret(hash, master, 'res master', await finalHash));
    return {
      established: establish(session),
      tls13: { read, write, ticketOf: (message) => ticketOf(message, session, resumption()) },
      ticket: undefined,
      isVerdictDue: flight.wanted !== undefined,
    };
  }

  /** Appendix D.4: one, in front of the client's second flight. */
  async #changeCipherSpec(): Promise<void> {
    if (this.#sentChangeCipherSpec) return;
    this.#sentChangeCipherSpec = true;
    await this.#stream.sendChangeCipherSpec();
  }
}

/** A secret that many connections never need: it is derived when it is first asked for. */
function once(derive: () => Promise<Uint8Array>): () => Promise<Uint8Array> {
  let secret: Promise<Uint8Array> | undefined;
  return () => {
    secret ??= derive();
    return secret;
  };
}
