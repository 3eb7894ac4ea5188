// A call's input as a URL, headers and a body. It sends nothing.
import type { CallOptions } from './types.ts';

/** An operation, as the OpenAPI document has it. */
export interface Operation {
  readonly method: string;
  /** With `{name}` for each member of `path`. */
  readonly path: string;
  /** The type of its body. Default: JSON. */
  readonly bodyType?: string | undefined;
}

/** Any call's input. */
export interface AnyInput extends CallOptions {
  readonly path?: object | undefined;
  readonly query?: object | undefined;
  readonly body?: unknown;
}

/** The URL of a call. @param base Of the gateway, without a slash at its end. */
export function urlOf(base: string, { path }: Operation, input: AnyInput): string {
  const values: Readonly<Record<string, unknown>> = { ...input.path };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => segmentsOf(values[name]));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) append(query, name, value);
  const text = query.toString();
  return text === '' ? base + filled : `${base}${filled}?${text}`;
}

/** A list's items are segments of their own, as the channels of a subscription. */
function segmentsOf(value: unknown): string {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => encodeURIComponent(String(item))).join('/');
}

/** A list is repeated; an object's members are parameters of their own; undefined is left out. */
function append(query: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value)) for (const each of value) append(query, name, each);
  else if (typeof value === 'object' && value !== null) {
    for (const [member, each] of Object.entries(value)) append(query, member, each);
  } else query.append(name, String(value));
}

/** The body of a call, which can be sent more than once. */
export function bodyOf({ bodyType }: Operation, { body }: AnyInput): BodyInit | undefined {
  if (body === undefined) return undefined;
  return bodyType === undefined ? JSON.stringify(body) : (body as BodyInit);
}

/** The headers of a call, but for the token. */
export function headersOf({ bodyType }: Operation, input: AnyInput, accept: string): Record<string, string> {
  return {
    Accept: accept,
    ...(input.body === undefined ? {} : { 'Content-Type': bodyType ?? 'application/json' }),
    ...(input.connection === undefined ? {} : { 'Fairlead-Connection': input.connection }),
    ...input.headers,
  };
}
