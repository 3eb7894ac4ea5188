// The Worker that verifies: `POST /ours` by @fairlead/tls, `POST /native` by the platform's own TLS, for the suites alone.
import { connect } from 'cloudflare:sockets';
import { isFairleadError } from '@fairlead/errors';
import { anchorsOf, verifyChain } from '@fairlead/tls/x509';
import type { ChainAnswer, ChainQuestion, NativeQuestion } from './protocol.ts';

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

async function ours({ chain, ca, name, now }: ChainQuestion): Promise<ChainAnswer> {
  try {
    await verifyChain(chain.map(bytesOf), {
      trust: name === undefined ? 'any-name' : 'authorities',
      anchors: anchorsOf(ca),
      name: name ?? '',
      pins: [],
      now,
    });
    return { accepted: true };
  } catch (error) {
    if (isFault(error)) return { accepted: false, reason: error.reason, message: error.message };
    if (isFairleadError(error)) return { accepted: false, reason: error.code, message: error.message };
    return { accepted: false, broken: error instanceof Error ? String(error.stack) : String(error) };
  }
}

/** `TlsFault` is not exported: callers of the package never see one. */
function isFault(error: unknown): error is Error & { readonly reason: string } {
  return error instanceof Error && error.name === 'TlsFault' && 'reason' in error;
}

/** The server learns the verdict: an alert, or the client's Finished. Here it only has to be tried. */
async function native({ port, name }: NativeQuestion): Promise<void> {
  const socket = connect(
    { hostname: '127.0.0.1', port },
    { secureTransport: 'starttls', allowHalfOpen: false },
  );
  const secured = socket.startTls({ expectedServerHostname: name });
  secured.closed.catch(() => undefined);
  try {
    await secured.readable.getReader().read();
    await secured.close();
  } catch {
    // Refused.
  }
}

/** The Worker. */
export default {
  async fetch(request: Request): Promise<Response> {
    const questions = await request.json();
    if (new URL(request.url).pathname === '/ours') {
      const answers: ChainAnswer[] = [];
      for (const question of questions as ChainQuestion[]) answers.push(await ours(question));
      return Response.json(answers);
    }
    await Promise.all((questions as NativeQuestion[]).map(native));
    return Response.json([]);
  },
};
