// One TLS handshake by `node:tls` over a plain stream, verified by the caller's wishes. It dials nothing.
import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { FairleadError } from '@fairlead/errors';
import type { Attempt } from '../../core/failures.ts';
import type { TlsVersion } from '../../tls/types.ts';
import type { ConnectOptions } from '../../types.ts';
import { chainOf, describeCertificate, pinOf, signedPart, summaryOf } from './certificates.ts';
import { explainTls, HandshakeFailure } from './explain.ts';
import { NodeTlsSession, type Tickets } from './session.ts';
import { readWishes, type Wishes } from './wishes.ts';

/** Turns a connected plain stream into TLS, for `NodeChannel`. */
export interface Securing {
  /** Starts the handshake; `ready` settles when the peer is verified. */
  start(plain: Duplex): { readonly socket: TLSSocket; readonly ready: Promise<NodeTlsSession> };
  /** The error for what failed in the handshake, or right behind that of the version `late`. */
  explain(error: unknown, late?: TlsVersion): FairleadError;
}

/**
 * TLS as one attempt's caller wishes it.
 * @throws FairleadError `usage` as `readWishes`, before anything is dialled.
 */
export function securing(attempt: Attempt, options: ConnectOptions): Securing {
  const wishes = readWishes(attempt.address.hostname, options);
  return {
    start: (plain) => start(plain, wishes),
    explain: (error, late) => explainTls(attempt, error, late),
  };
}

function start(plain: Duplex, wishes: Wishes): ReturnType<Securing['start']> {
  const { resumed, verifiedFor } = wishes;
  const session = resumed?.verifiedFor === verifiedFor ? resumed.newest : undefined;
  const socket = tlsConnect({
    socket: plain,
    host: wishes.name,
    secureContext: wishes.context,
    checkServerIdentity: wishes.checkName,
    rejectUnauthorized: !wishes.pinOnly,
    ...(wishes.servername !== undefined && { servername: wishes.servername }),
    ...(wishes.alpn && { ALPNProtocols: [...wishes.alpn] }),
    ...(session && { session }),
  });
  return { socket, ready: verified(socket, wishes) };
}

async function verified(socket: TLSSocket, wishes: Wishes): Promise<NodeTlsSession> {
  let chain: readonly X509Certificate[] = [];
  const tickets: { newest: Buffer | undefined } = { newest: undefined };
  // Node's own listener comes behind this one, and forgets the certificates where it refuses them.
  socket.prependListener('secure', () => {
    chain = chainOf(socket);
  });
  const onTicket = (ticket: Buffer): void => {
    tickets.newest = ticket;
  };
  socket.on('session', onTicket);
  try {
    await event(socket, 'secureConnect');
    const isResumed = socket.isSessionReused();
    if (!isResumed || wishes.pinOnly) checkPins(chain, wishes);
    socket.disableRenegotiation();
  } catch (error) {
    socket.destroy();
    const leaf = chain[0] && summaryOf(chain[0]);
    throw error instanceof HandshakeFailure ? error : new HandshakeFailure(error, leaf);
  }
  return new NodeTlsSession(socket, ticketsOf(socket, wishes, chain, tickets.newest));
}

/** A connection that resumes another one shares its tickets, so that the newest is used next. */
function ticketsOf(
  socket: TLSSocket,
  { resumed, verifiedFor }: Wishes,
  chain: readonly X509Certificate[],
  first: Buffer | undefined,
): Tickets {
  const tickets: Tickets =
    resumed !== undefined && socket.isSessionReused()
      ? resumed
      : { newest: undefined, verifiedFor, certificates: chain.map(describeCertificate) };
  // Before TLS 1.3 the session itself is one.
  const session = socket.getProtocol() === 'TLSv1.3' ? undefined : socket.getSession();
  tickets.newest = first ?? session ?? tickets.newest;
  socket.on('session', (ticket: Buffer) => {
    tickets.newest = ticket;
  });
  return tickets;
}

function checkPins(chain: readonly X509Certificate[], { pins, pinOnly }: Wishes): void {
  if (pins === undefined) return;
  const known = pinOnly ? chain.slice(0, 1) : signedPart(chain);
  const found = known.map(pinOf);
  if (found.some((pin) => pins.includes(pin))) return;
  const leaf = chain[0] && summaryOf(chain[0]);
  const message = `none of tls.pins is the server's key${pinOnly ? '' : ' or that of one of its authorities'}; they are ${found.join(', ')}`;
  throw new HandshakeFailure(new Error(message), leaf, 'pin');
}

/** Settles with the first `name` event, rejects with an `error` or when the stream closes before it. */
export function event(socket: Duplex, name: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(name, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The peer closed the connection.')));
  });
}
