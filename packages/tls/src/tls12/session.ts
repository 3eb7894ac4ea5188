// What a handshake of TLS 1.2 has agreed on: the protection of records, what is told of the connection, and what resumes it.
import { concat } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { checkExport, serverEndPoint } from '../client/established.ts';
import type { Established, HandshakeRequest, Protection, Ticket } from '../client/types.ts';
import type { VerifiedChain } from '../x509/types.ts';
import { framing12 } from './framing.ts';
import { keyBlock, prf, type Randoms } from './keys/key-schedule.ts';
import type { Hello } from './wire/hello.ts';
import type { Messages } from './wire/messages.ts';

/** RFC 9266 section 2. */
const EXPORTER_BINDING = 'EXPORTER-Channel-Binding';
/** The labels of the handshake itself, which no exporter may use: RFC 5705 section 4. */
const RESERVED = [
  'client finished',
  'server finished',
  'master secret',
  'extended master secret',
  'key expansion',
];
/** How long a session is kept whose server does not say: RFC 5077 section 3.3 leaves it to the client. */
const DEFAULT_LIFETIME_S = 7_200;
/** As in TLS 1.3: RFC 8446 section 4.6.1. */
const MAX_LIFETIME_S = 604_800;

/** A session whose secret is known. */
export interface Session {
  readonly hello: Hello;
  readonly randoms: Randoms;
  readonly masterSecret: Uint8Array;
  readonly chain: VerifiedChain;
}

/** The keys of what is read and of what is written. */
export async function protectionsOf({ hello, masterSecret, randoms }: Session) {
  const { aead } = hello.suite;
  const block = await keyBlock(hello.suite, masterSecret, randoms);
  const common = {
    framing: framing12,
    maxRecords: aead.maxRecords,
    explicitNonceBytes: aead.explicitNonceBytes,
  } as const;
  const read: Protection = {
    ...common,
    aead: await aead.importKey(block.serverKey, 'open'),
    iv: block.serverIv,
  };
  const write: Protection = {
    ...common,
    aead: await aead.importKey(block.clientKey, 'seal'),
    iv: block.clientIv,
  };
  return { read, write };
}

/** What is told of the connection. */
export function establishedOf(session: Session): Established {
  const { hello, chain } = session;
  return {
    version: 'TLSv1.2',
    cipher: hello.suite.name,
    alpn: hello.alpn,
    resumed: hello.resumed,
    certificates: chain.certificates,
    exportKeyingMaterial: (label, context, length) => exportMaterial(session, label, context, length),
    async channelBinding(type) {
      if (type === 'tls-exporter') return exportMaterial(session, EXPORTER_BINDING, new Uint8Array(0), 32);
      return serverEndPoint(chain, type);
    },
  };
}

/** RFC 5705 section 4. */
async function exportMaterial(
  { hello, masterSecret, randoms }: Session,
  label: string,
  context: Uint8Array | undefined,
  length: number,
): Promise<Uint8Array> {
  checkExport(label, length);
  if (RESERVED.includes(label)) throw usage('the label is one of the TLS handshake itself');
  const seed = [randoms.client, randoms.server];
  if (context !== undefined) {
    if (context.length > 0xffff) throw usage('the context of an exporter has at most 65,535 bytes');
    seed.push(Uint8Array.of(context.length >>> 8, context.length & 0xff), context);
  }
  return prf(hello.suite.hash, masterSecret, label, concat(seed), length);
}

/**
 * Receives NewSessionTicket.
 * @returns What resumes the session; `undefined` where the server changes its mind and sends an empty one.
 */
export async function receiveTicket(messages: Messages, session: Session): Promise<Ticket | undefined> {
  const fields = await messages.receive('NewSessionTicket');
  const hint = fields.u32();
  const identity = fields.vector(2);
  fields.end();
  return identity.length > 0 ? ticketOf(session, identity, undefined, hint) : undefined;
}

/** What resumes a session by its ID, where the server gave one and sessions are to be resumed. */
export function ticketById(session: Session, { settings }: HandshakeRequest): Ticket | undefined {
  const { sessionId } = session.hello;
  return settings.tickets !== false && sessionId.length > 0
    ? ticketOf(session, new Uint8Array(0), sessionId, 0)
    : undefined;
}

function ticketOf(
  { hello, masterSecret, chain }: Session,
  identity: Uint8Array,
  sessionId: Uint8Array | undefined,
  hint: number,
): Ticket {
  const receivedAt = Date.now();
  const lifetime = Math.min(hint === 0 ? DEFAULT_LIFETIME_S : hint, MAX_LIFETIME_S);
  return {
    version: 'TLSv1.2',
    // Copies: the messages that they stand in are not kept for them.
    identity: identity.slice(),
    sessionId: sessionId?.slice(),
    secret: masterSecret,
    cipherSuite: hello.suite.id,
    ageAdd: 0,
    receivedAt,
    expiresAt: Math.min(receivedAt + lifetime * 1_000, chain.validUntil),
    chain,
    alpn: hello.alpn,
    extendedMasterSecret: true,
  };
}
