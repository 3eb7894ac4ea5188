// What ClientHello offers for TLS 1.2, and what ServerHello may answer (RFC 5246 section 7.4.1).
import { concat, equalBytes } from '@fairlead/bytes';
import type { HandshakeRequest, Tls12Start } from '../../client/types.ts';
import { illegal, TlsFault } from '../../fault.ts';
import { Cursor } from '../../wire/cursor.ts';
import { extension, u8, vector } from '../../wire/encode.ts';
import { EXTENSION, type Extensions, readExtensions } from '../../wire/extensions.ts';
import { readAlpn } from '../../wire/messages.ts';
import { type Suite, suitesOf } from '../keys/suites.ts';

/** RFC 8422 section 5.1.2: the one format of points that is not deprecated. */
const UNCOMPRESSED = 0;
const NOTHING = new Uint8Array(0);

/** ServerHello, held against what was offered. */
export interface Hello {
  readonly random: Uint8Array;
  readonly suite: Suite;
  /** The session that it resumes is the one that was offered. */
  readonly resumed: boolean;
  /** Its name for the session; empty where it cannot be resumed by it. */
  readonly sessionId: Uint8Array;
  readonly alpn: string | undefined;
  /** NewSessionTicket will come, RFC 5077 section 3.3. */
  readonly ticketComes: boolean;
}

/** The suites and the extensions of TLS 1.2 in ClientHello. */
export function offer({ settings, ticket }: HandshakeRequest) {
  const session = ticket?.version === 'TLSv1.2' ? ticket : undefined;
  const extensions = concat([
    extension(EXTENSION.extended_master_secret),
    extension(EXTENSION.renegotiation_info, vector(1)),
    extension(EXTENSION.ec_point_formats, vector(1, u8(UNCOMPRESSED))),
    settings.tickets === false ? NOTHING : extension(EXTENSION.session_ticket, session?.identity ?? NOTHING),
  ]);
  const cipherSuites = suitesOf(settings.cipherSuites).map(({ id }) => id);
  return { cipherSuites, extensions, sessionId: session?.sessionId };
}

/**
 * Reads ServerHello.
 * @throws TlsFault where it answers what was not asked, or leaves out what is needed.
 */
export function readHello({ request, clientHello, serverHello }: Tls12Start): Hello {
  const fields = new Cursor(serverHello.subarray(4), 'ServerHello');
  // Its version: whoever hands over has looked at it.
  fields.u16();
  const random = fields.bytes(32);
  const sessionId = fields.vector(1);
  const id = fields.u16();
  const compression = fields.u8();
  const offered = readOffered(clientHello);
  const extensions = checkExtensions(readIfAny(fields), offered.extensions);
  if (sessionId.length > 32) throw fields.fault();
  const suite = suitesOf(request.settings.cipherSuites).find((candidate) => candidate.id === id);
  if (suite === undefined) throw illegal('the server chose a cipher suite that was not offered');
  if (compression !== 0) throw illegal('the server chose compression, which was not offered');
  const resumed = isResumed(request, offered.sessionId, sessionId);
  checkResumption(request, resumed, suite);
  return {
    random,
    suite,
    resumed,
    sessionId,
    alpn: readAlpn(extensions, request.settings.alpn),
    ticketComes: extensions.has(EXTENSION.session_ticket),
  };
}

/** Our own ClientHello: its session ID, and the extensions that ServerHello may answer. */
function readOffered(clientHello: Uint8Array) {
  const fields = new Cursor(clientHello.subarray(4 + 2 + 32), 'ClientHello');
  const sessionId = fields.vector(1);
  fields.vector(2);
  fields.vector(1);
  return { sessionId, extensions: readIfAny(fields) };
}

/** RFC 5077 section 3.4: a server that resumes the ticket's session echoes the session ID, and no other may. */
function isResumed({ ticket }: HandshakeRequest, offered: Uint8Array, sessionId: Uint8Array): boolean {
  if (sessionId.length === 0 || !equalBytes(sessionId, offered)) return false;
  if (ticket?.version === 'TLSv1.2') return true;
  throw illegal('the server resumes a session that was not offered');
}

function checkResumption({ ticket }: HandshakeRequest, resumed: boolean, suite: Suite): void {
  if (resumed && ticket?.cipherSuite !== suite.id) {
    throw illegal('the server resumes the session with another cipher suite');
  }
}

/** What each extension may hold. Others were not offered, or are not for ServerHello of TLS 1.2. */
const CHECKS: Readonly<Record<number, (data: Cursor) => void>> = {
  [EXTENSION.server_name]: (data) => data.end(),
  [EXTENSION.extended_master_secret]: (data) => data.end(),
  [EXTENSION.session_ticket]: (data) => data.end(),
  [EXTENSION.ec_point_formats]: (data) => {
    const formats = data.vector(1, 1);
    data.end();
    if (!formats.includes(UNCOMPRESSED)) throw illegal('the server takes no uncompressed points');
  },
  [EXTENSION.renegotiation_info]: (data) => {
    const verifyData = data.vector(1);
    data.end();
    if (verifyData.length > 0) {
      throw new TlsFault('handshake_failure', 'the server takes this first handshake for a renegotiation');
    }
  },
  // Of clients alone (RFC 8422 section 5.1), but some servers send it, and it decides nothing.
  [EXTENSION.supported_groups]: () => {},
  // What it holds is read by `readAlpn`.
  [EXTENSION.application_layer_protocol_negotiation]: () => {},
};

/** A hello may end without extensions, RFC 5246 section 7.4.1.3. */
function readIfAny(fields: Cursor): Extensions {
  if (fields.left === 0) return new Map();
  const extensions = readExtensions(fields);
  fields.end();
  return extensions;
}

function checkExtensions(extensions: Extensions, offered: Extensions): Extensions {
  for (const [id, data] of extensions) {
    const check = CHECKS[id];
    if (check === undefined || !offered.has(id)) {
      throw new TlsFault(
        'unsupported_extension',
        `ServerHello has the extension ${id}, which was not asked for`,
      );
    }
    check(new Cursor(data, 'ServerHello'));
  }
  return needExtensions(extensions);
}

function needExtensions(read: Extensions): Extensions {
  if (!read.has(EXTENSION.extended_master_secret)) {
    throw new TlsFault(
      'handshake_failure',
      'the server speaks TLS 1.2 without extended master secret (RFC 7627), so a man in the middle could pass one ' +
        'session off as another. Switch TLS 1.3 on at the server, or give it a TLS library that has it (OpenSSL 1.1, ' +
        'GnuTLS 3.4, Go 1.21)',
    );
  }
  if (!read.has(EXTENSION.renegotiation_info)) {
    throw new TlsFault(
      'handshake_failure',
      'the server speaks TLS 1.2 without secure renegotiation (RFC 5746). Switch TLS 1.3 on at the server, or give it a ' +
        'newer TLS library',
    );
  }
  return read;
}
