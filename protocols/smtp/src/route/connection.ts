// What the mail routes share: a connection's settings, its DKIM signer, sending over it, and the answer's shape.
import { remainingMs } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import {
  audit,
  connectionSettings,
  dialOptions,
  HttpProblem,
  jsonText,
  problemResponses,
  type RequestLimit,
  type RouteContext,
  SECURITY_SCHEME,
  type Target,
  withClient,
} from '@fairlead/http';
import { connect } from '../client.ts';
import { dkimSigner } from '../dkim/signer.ts';
import type { Signer } from '../mime/compose.ts';
import type { Body, Envelope } from '../types.ts';
import { type ConnectionSettings, resultSchema, settingsSchema } from './schemas.ts';

/** The media type of requests and answers in JSON. */
export const JSON_TYPE = 'application/json';

/** What all mail routes have in the OpenAPI document. */
export const tagged = { security: [{ [SECURITY_SCHEME]: [] }], tags: ['smtp'] };

/** The problems that all mail routes may answer with. */
export const problems: ReturnType<typeof problemResponses> = problemResponses([
  'server',
  'auth',
  'limit',
  'policy',
  'tls_failed',
  'connect_timeout',
]);

/** The answers of a route that sends a message. */
export const resultResponse = {
  200: {
    description: 'Accepted, by some recipients at least',
    content: { [JSON_TYPE]: { schema: resultSchema } },
  },
  ...problems,
};

/** A message that is ready to be sent over a named connection. */
interface Outgoing {
  readonly target: Target;
  readonly settings: ConnectionSettings;
  readonly envelope: Envelope;
  readonly body: Body;
  readonly messageId: string | undefined;
  /** Default: the request's usual limit. */
  readonly limit?: RequestLimit;
}

/** The settings of a named connection. @throws FairleadError `usage` for settings that SMTP does not have. */
export function settingsOf(target: Target): ConnectionSettings {
  return connectionSettings(target, settingsSchema, 'SMTP');
}

/** The connection's DKIM signer, if it has a key. @throws FairleadError `usage` for a key that cannot be read. */
export async function signerOf({ dkim }: ConnectionSettings): Promise<Signer | undefined> {
  return dkim === undefined ? undefined : dkimSigner(dkim);
}

/** Connects, sends the message, and answers with its result. @throws FairleadError as `connect` and `sendRaw`. */
export async function sendOver(
  c: RouteContext,
  { target, settings, envelope, body, messageId, limit }: Outgoing,
): Promise<Response> {
  audit(c, { action: 'send', count: [envelope.to].flat().length });
  const { from: _from, dkim: _dkim, ...options } = settings;
  const result = await withClient(
    c,
    async (signal, time) => {
      const dialled = await dialOptions(c, target, { ...options, signal, timeoutMs: remainingMs(time) });
      return connect(target.url, { ...dialled, timeoutMs: undefined });
    },
    (smtp) => smtp.sendRaw(envelope, body),
    limit,
  ).catch((error: unknown) => {
    // The request's own stream failed: its problem is the answer.
    throw isFairleadError(error) && error.cause instanceof HttpProblem ? error.cause : error;
  });
  return c.newResponse(jsonText(messageId === undefined ? result : { ...result, messageId }), 200, {
    'Content-Type': JSON_TYPE,
  });
}
