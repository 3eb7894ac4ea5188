// A Gopher answer as an HTTP answer: menus as JSON or a page, texts as UTF-8, the rest streamed. It sends nothing of a
// server's bytes in a type that a browser would run.
import { FairleadError } from '@fairlead/errors';
import { jsonText, type RouteContext, withDeadline } from '@fairlead/http';
import type { Address, Connector, TlsOptions } from '@fairlead/transport';
import { fetch } from '../client.ts';
import { attributes } from '../response/attributes.ts';
import type { GopherResponse } from '../response/gopher-response.ts';
import { MENU_TYPE } from '../wire/content-type.ts';
import type { Attributes, MenuItem } from '../wire/messages.ts';
import { parseGopherUrl } from '../wire/url.ts';
import { CONTENT_POLICY, HTML_TYPE, JSON_TYPE, PAGE_POLICY, safeType, TEXT_TYPE } from './media-types.ts';
import { menuPage, type QueryOf } from './menu-page.ts';
import type { Query } from './schemas.ts';

/** The item that a request asks for. */
export interface RequestedItem {
  /** Its URL. */
  readonly url: string;
  /** The address to dial: canonical, and allowed. */
  readonly address: Address;
  /** Undefined for an address of the caller's own. */
  readonly connection: string | undefined;
  /** What dials it. */
  readonly connector: Connector;
  /** What the connection's entry wishes of TLS. */
  readonly tls: TlsOptions | undefined;
}

/** An answer's body with its headers. */
interface Rendered {
  readonly type: string;
  readonly policy?: string;
  /** Not called for HEAD. */
  readonly body: () => Promise<string | ReadableStream<Uint8Array>>;
}

/**
 * Fetches the item, and responds when its answer begins. The request's time limit lasts until the last byte was sent.
 * @throws FairleadError As `fetch`, and `limit` over `maxResultBytes` or `maxRows`.
 */
export function answerWithItem(
  c: RouteContext,
  { search, gopherPlus }: Query,
  item: RequestedItem,
): Promise<Response> {
  const { maxResultBytes, maxRows } = c.get('config').limits;
  const plus = gopherPlus ?? parseGopherUrl(item.url).gopherPlus ?? '';
  return new Promise((resolve, reject) => {
    withDeadline(c, async (signal) => {
      const response = await fetch(item.url, {
        search,
        gopherPlus,
        tls: item.tls,
        // Dials the address that was checked.
        connector: (_, options) => item.connector(item.address, options),
        maxBytes: maxResultBytes,
        maxItems: maxRows,
        timeoutMs: Number.POSITIVE_INFINITY,
        signal,
      });
      resolve(await send(c, response, render(c, response, item, /^[!$]/.test(plus))));
      await response.closed;
    }).catch(reject);
  });
}

async function send(c: RouteContext, response: GopherResponse, rendered: Rendered): Promise<Response> {
  const headers: Record<string, string> = {
    'Content-Type': rendered.type,
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept',
  };
  if (rendered.policy !== undefined) headers['Content-Security-Policy'] = rendered.policy;
  // Hono runs HEAD as GET and drops the body unread: nothing would ever end the connection.
  const isHead = c.req.method === 'HEAD';
  if (isHead) await response[Symbol.asyncDispose]();
  return c.newResponse(isHead ? null : await rendered.body(), { status: 200, headers });
}

function render(
  c: RouteContext,
  response: GopherResponse,
  item: RequestedItem,
  isAttributes: boolean,
): Rendered {
  const { type, contentType } = response;
  const where = item.connection === undefined ? { url: response.url } : { connection: item.connection };
  if (isAttributes) {
    const body = async () =>
      jsonText({ ...where, type, attributes: (await attributes(response)).map(plain) });
    return { type: JSON_TYPE, body };
  }
  if (contentType === MENU_TYPE) {
    if (!wantsPage(c)) {
      return {
        type: JSON_TYPE,
        body: async () => jsonText({ ...where, type, items: await response.menu() }),
      };
    }
    const title = item.connection ?? response.url;
    const body = async () => menuPage(title, await response.menu(), queriesFrom(item));
    return { type: HTML_TYPE, policy: PAGE_POLICY, body };
  }
  if (contentType.startsWith('text/')) {
    return { type: TEXT_TYPE, policy: CONTENT_POLICY, body: () => response.text() };
  }
  const { maxResultBytes } = c.get('config').limits;
  const body = () => capped(response, maxResultBytes);
  return { type: safeType(contentType, response.url), policy: CONTENT_POLICY, body };
}

/** Whether the caller accepts HTML and no JSON. */
function wantsPage(c: RouteContext): boolean {
  const accept = c.req.header('Accept') ?? '';
  return accept.includes('text/html') && !accept.includes(JSON_TYPE);
}

function plain(item: Attributes) {
  return { ...item, blocks: Object.fromEntries(item.blocks) };
}

/** Links to the connection's server keep the connection; the target policy decides on other links. */
function queriesFrom({ connection, address }: RequestedItem): QueryOf {
  return ({ url, hostname, port }: MenuItem) => {
    if (url === undefined || !/^gophers?:/.test(url)) return undefined;
    const same = hostname.toLowerCase() === address.hostname && port === address.port;
    if (connection === undefined || !same) return { url };
    // Not by URL: it would resolve dots in the selector.
    return { connection, path: url.replace(/^\w+:\/\/[^/]*/, '') };
  };
}

/** The body, which fails over `maxBytes`. */
async function capped(response: GopherResponse, maxBytes: number): Promise<ReadableStream<Uint8Array>> {
  const tooLarge = () =>
    new FairleadError('limit', `The item is larger than ${maxBytes} bytes (maxResultBytes)`, {
      blame: 'peer',
    });
  if ((response.info?.length ?? 0) > maxBytes) {
    await response[Symbol.asyncDispose]();
    throw tooLarge();
  }
  let length = 0;
  return response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        length += chunk.length;
        if (length > maxBytes) throw tooLarge();
        controller.enqueue(chunk);
      },
    }),
  );
}
