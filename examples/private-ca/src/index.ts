// A Worker that reads Redis over TLS of its own: an authority that is nobody else's, and a client certificate.
// GET /keys/NAME has the value, and how the connection is secured.
import { FairleadError } from '@fairlead/errors';
import { connect } from '@fairlead/redis';
import { overTls } from '@fairlead/tls';
import { tls12 } from '@fairlead/tls/tls12';

interface Env {
  /** A secret, such as `rediss://default:password@cache.internal:6380`. */
  readonly REDIS_URL: string;
  /** The authority that has signed the server's certificate, in PEM. No other is trusted, no public one either. */
  readonly TLS_CA: string;
  /** A secret each: the client's certificate, and its key as PKCS#8 (`BEGIN PRIVATE KEY`). Left out where the server wants none. */
  readonly TLS_CERT?: string;
  readonly TLS_KEY?: string;
  /** The name of the server's certificate, where the URL has another one, such as an address. */
  readonly TLS_SERVERNAME?: string;
}

/**
 * Made once, and used by all requests: it keeps what it has read of the PEM texts, and the server's tickets, by which later
 * handshakes cost less. Its connections belong to their requests.
 */
const secure = overTls({ versions: [tls12] });

export default {
  async fetch(request, env): Promise<Response> {
    const [, key] = /^\/keys\/([\w:.-]{1,100})$/.exec(new URL(request.url).pathname) ?? [];
    if (key === undefined) return new Response('GET /keys/NAME\n', { status: 404 });
    try {
      return Response.json({ value: await read(key, env) });
    } catch (error) {
      if (!(error instanceof FairleadError)) throw error;
      return refusal(error);
    }
  },
} satisfies ExportedHandler<Env>;

async function read(key: string, env: Env): Promise<string | null> {
  await using redis = await connect(env.REDIS_URL, {
    tls: { ca: env.TLS_CA, cert: env.TLS_CERT, key: env.TLS_KEY, servername: env.TLS_SERVERNAME },
    connector: secure,
    connectTimeoutMs: 5_000,
  });
  return await redis.get(key);
}

/** `reason` and `alert` are for programs; the message, which says what to do, goes to the log. */
function refusal(error: FairleadError): Response {
  console.error(error);
  const { code, reason, alert, certificate } = error;
  return Response.json({ code, reason, alert, names: certificate?.names }, { status: 503 });
}
