// Request bodies: read to a cap whatever Content-Length says, and JSON checked for depth before it is parsed.
import { FairleadError } from '@fairlead/errors';
import type { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { GatewayTypes, RouteContext } from './contract.ts';
import { HttpProblem } from './http-problem.ts';
import { schemaFault } from './schema-fault.ts';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads a JSON body before the route runs, at most `maxBodyBytes` of it, and hands it out through Hono's own `c.req.json()`
 * and `text()`; anything but JSON is answered 415. For modules with `bodies: 'any'` nothing is read before the route asks:
 * by those, by `readBody`, `readJson` or `streamBody`, under the same cap.
 */
export const bodyGuard: MiddlewareHandler<GatewayTypes> = async (c, next) => {
  if (c.req.raw.body !== null) {
    const encoding = c.req.header('Content-Encoding') ?? 'identity';
    if (encoding !== 'identity') {
      throw new HttpProblem('unsupported_media_type', 'Send the body without a Content-Encoding.');
    }
    let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined;
    const read = (): Promise<Uint8Array<ArrayBuffer>> => {
      bytes ??= readCapped(c.req.raw, c.var.config.limits.maxBodyBytes);
      return bytes;
    };
    c.req.arrayBuffer = async () => (await read()).buffer;
    if (c.var.module?.bodies === 'any') guardAny(c);
    else guardJson(c, await read());
  }
  await next();
};

/**
 * The body as a stream, which errors with a FairleadError `limit` behind `maxBodyBytes`. Only once, and not beside
 * another way to read it.
 */
export function streamBody(c: RouteContext): ReadableStream<Uint8Array> {
  const { maxBodyBytes } = c.var.config.limits;
  let length = 0;
  const cap = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      length += chunk.length;
      if (length <= maxBodyBytes) controller.enqueue(chunk);
      else throw tooLong(maxBodyBytes);
    },
  });
  return (c.req.raw.body ?? new Blob([]).stream()).pipeThrough(cap);
}

/**
 * The JSON body, for modules that take bodies of any type. The `Content-Type` is not looked at.
 * @throws HttpProblem 400 (not UTF-8, not JSON, not the schema), FairleadError `limit` (too deep).
 */
export async function readJson<S extends z.ZodType>(c: RouteContext, schema: S): Promise<z.output<S>> {
  const value = parseJsonText(decodeText(await readBody(c)), c.var.config.limits.maxJsonDepth);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw schemaFault('body', parsed.error);
  return parsed.data;
}

/**
 * JSON from a caller, whose depth is looked at before it is parsed.
 * @param what Names it in the refusal.
 * @throws HttpProblem 400 (not JSON), FairleadError `limit` (too deep).
 */
export function parseJsonText(text: string, maxDepth: number, what = 'The request body'): unknown {
  checkDepth(text, maxDepth);
  return parseJson(text, what);
}

/** The body's bytes, already capped; empty if there is none. */
export async function readBody(c: RouteContext): Promise<Uint8Array> {
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

function guardJson(c: RouteContext, bytes: Uint8Array): void {
  if (bytes.length === 0) throw new HttpProblem('invalid', 'The request body is empty; JSON is expected.');
  requireJsonType(c);
  const text = decodeText(bytes);
  const value = parseJsonText(text, c.var.config.limits.maxJsonDepth);
  c.req.text = () => Promise.resolve(text);
  c.req.json = <T>() => Promise.resolve(value as T);
}

function guardAny(c: RouteContext): void {
  c.req.text = async () => decodeText(await readBody(c));
  c.req.json = async <T>() => parseJsonText(await c.req.text(), c.var.config.limits.maxJsonDepth) as T;
}

async function readCapped(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      reader.cancel().catch(() => {});
      throw tooLong(maxBytes);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function tooLong(maxBytes: number): FairleadError {
  return new FairleadError('limit', `The request body is larger than ${maxBytes} bytes (maxBodyBytes).`);
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    throw new HttpProblem('invalid', 'The request body is not UTF-8.', { cause });
  }
}

/** Counts brackets outside strings: cheaper than parsing, and before any memory is spent on the tree. */
function checkDepth(text: string, maxDepth: number): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) {
      inString = true;
    } else if (code === 0x5b || code === 0x7b) {
      depth++;
      if (depth > maxDepth) {
        throw new FairleadError('limit', `The JSON body is nested deeper than ${maxDepth} (maxJsonDepth).`);
      }
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const position = /at position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    const where = position === undefined ? '' : ` (at position ${position})`;
    throw new HttpProblem('invalid', `${what} is not valid JSON${where}.`, { cause });
  }
}
