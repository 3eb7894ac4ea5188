// A request's body as values for BSON, and the shape that its caller wants in return: by Content-Type and Accept.
import { HttpProblem, NDJSON_TYPE, type RouteContext, readJson, schemaFault } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { isDocument, readValue } from '../values/read-value.ts';
import type { JsonShape } from '../values/write-json.ts';
import { type ActionName, BODIES, type Body } from './schemas.ts';

/** The media type of plain JSON. */
export const JSON_TYPE = 'application/json';
/** The media type of canonical extended JSON. */
export const EJSON_TYPE = 'application/ejson';

const BODY_TYPE = /^application\/(?:(?:[\w.-]+\+)?json|ejson)\s*(?:;|$)/i;
const EJSON = /application\/ejson/i;
const JSON_OR_EJSON = /application\/e?json/i;

/**
 * The body of an action.
 * @throws HttpProblem 400, 415; FairleadError `limit`.
 */
export async function readAction<Name extends ActionName>(c: RouteContext, name: Name): Promise<Body<Name>> {
  if (!BODY_TYPE.test(c.req.header('Content-Type') ?? '')) {
    throw new HttpProblem(
      'unsupported_media_type',
      `Send the body with Content-Type: ${JSON_TYPE} or ${EJSON_TYPE}.`,
      {
        headers: { Accept: `${JSON_TYPE}, ${EJSON_TYPE}` },
      },
    );
  }
  const value = readValue(await readJson(c, z.unknown()), 'body');
  // Clients of other languages send what they leave out as null.
  if (isDocument(value))
    for (const [member, given] of Object.entries(value)) if (given === null) delete value[member];
  const parsed = BODIES[name].safeParse(value);
  if (!parsed.success) throw schemaFault('body', parsed.error, value);
  return parsed.data as Body<Name>;
}

/** How the caller wants the answer: by the first of both types in `Accept`, else as its body is. */
export function shapeOf(c: RouteContext): JsonShape {
  const accepted = JSON_OR_EJSON.exec(c.req.header('Accept') ?? '')?.[0];
  return EJSON.test(accepted ?? c.req.header('Content-Type') ?? '') ? 'ejson' : 'json';
}

/** Whether the caller wants lines. */
export function wantsLines(c: RouteContext): boolean {
  return (c.req.header('Accept') ?? '').includes(NDJSON_TYPE);
}

/** A JSON text as an answer. */
export function answerText(c: RouteContext, text: string, shape: JsonShape): Response {
  const type = shape === 'ejson' ? EJSON_TYPE : JSON_TYPE;
  return c.newResponse(text, 200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
}
