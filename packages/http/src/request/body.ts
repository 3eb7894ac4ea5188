// Request bodies: read to a cap whatever Content-Length says, and JSON parsed when a route asks for it.
import type { z } from '@hono/zod-openapi';
import type { RouteContext, RouteModule } from '../app/contract.ts';
import { readJsonText } from '../json/read.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { schemaFault } from '../problems/schema-fault.ts';
import { bodyChunks, gatherBody } from './body-stream.ts';
import type { RequestLimit } from './request-time.ts';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/**
 * For a request that has a body: reads a JSON body before the route runs, at most `maxBodyBytes` of it, and hands it out
 * through Hono's own `c.req.json()` and `text()`; anything but JSON is answered 415. For modules with `bodies: 'any'` nothing
 * is read before the route asks: by those, by `readBody`, `readJson` or `streamBody`, under the same cap.
 */
export async function guardBody(c: RouteContext, { bodies }: Pick<RouteModule, 'bodies'>): Promise<void> {
  const encoding = c.req.header('Content-Encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new HttpProblem('unsupported_media_type', 'Send the body without a Content-Encoding.');
  }
  let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined;
  const read = (): Promise<Uint8Array<ArrayBuffer>> => {
    bytes ??= gatherBody(c, { maxBytes: c.get('config').limits.maxBodyBytes, name: 'maxBodyBytes' });
    return bytes;
  };
  c.req.arrayBuffer = async () => (await read()).buffer;
  redirectReaders(c);
  if (bodies !== 'any') await guardJson(c);
}

/**
 * The body as a stream, for routes that pass it on: not capped by `maxBodyBytes`, which is for what is gathered, but by
 * `maxStreamBytes`. It errors with what `gatherBody` throws. Only once, and not beside another way to read it.
 * @param limit Default: the request's own.
 */
export function streamBody(c: RouteContext, limit?: RequestLimit): ReadableStream<Uint8Array> {
  const { maxStreamBytes } = c.get('config').limits;
  const chunks = bodyChunks(c, { maxBytes: maxStreamBytes, name: 'maxStreamBytes', limit });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/** How `readJson` reads. */
export interface JsonBodyOptions {
  /** The member whose arrays and objects come as `JsonPart`, with the text that the caller wrote. Default: none. */
  readonly partsIn?: string | undefined;
}

/**
 * The JSON body. A number that JavaScript would round comes as a `JsonNumber`, which no `z.number()` takes: digits are
 * kept or refused, never lost. The `Content-Type` is not looked at.
 * @throws HttpProblem 400 (not UTF-8, not JSON, two members of one name, not the schema), FairleadError `limit` (too deep).
 */
export async function readJson<S extends z.ZodType>(
  c: RouteContext,
  schema: S,
  { partsIn }: JsonBodyOptions = {},
): Promise<z.output<S>> {
  const { maxJsonDepth: maxDepth } = c.get('config').limits;
  const value = readJsonText(decodeText(await readBody(c)), { maxDepth, partsIn });
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw schemaFault('body', parsed.error, value);
  return parsed.data;
}

/** The body's bytes, already capped; empty if there is none. */
export async function readBody(c: RouteContext): Promise<Uint8Array> {
  if (c.req.raw.body === null) return new Uint8Array();
  return new Uint8Array(await c.req.arrayBuffer());
}

/**
 * For one route of a module with `bodies: 'any'` that takes nothing but JSON.
 * @throws HttpProblem 415: the `Content-Type` is another one.
 */
export function requireJsonType(c: RouteContext): void {
  if (JSON_TYPE.test(c.req.header('Content-Type') ?? '')) return;
  throw new HttpProblem('unsupported_media_type', 'Send the body with Content-Type: application/json.', {
    headers: { Accept: 'application/json' },
  });
}

/** Parsed before the route runs: Hono's validators would turn a refusal into one without a place. */
async function guardJson(c: RouteContext): Promise<void> {
  if ((await readBody(c)).length === 0) {
    throw new HttpProblem('invalid', 'The request body is empty; JSON is expected.');
  }
  requireJsonType(c);
  const value = await c.req.json();
  c.req.json = <T>() => Promise.resolve(value as T);
}

/** Hono's own ways to the body lead to the bytes that were capped, and to JSON with all its digits. */
function redirectReaders(c: RouteContext): void {
  c.req.text = async () => decodeText(await readBody(c));
  c.req.json = async <T>() =>
    readJsonText(await c.req.text(), { maxDepth: c.get('config').limits.maxJsonDepth }) as T;
}

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new HttpProblem('invalid', 'The request body is not UTF-8.', { cause });
  }
}
