// The parameters and answers of the Gopher route, for checks and for the OpenAPI document. Data only.
import { type EntrySettings, problemResponses, SECURITY_SCHEME, tlsWishesSchema } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { BINARY_TYPE, JSON_TYPE } from './media-types.ts';

/** The query parameters. */
export const querySchema = z.strictObject({
  url: z.string().min(1).optional().openapi({
    description:
      'A Gopher URL of your own (RFC 4266), `gopher://gopher.example.com/1/docs`, encoded once more as any query parameter; the target policy decides',
  }),
  connection: z.string().min(1).max(64).optional().openapi({ description: 'A named connection instead' }),
  path: z.string().optional().openapi({
    description: 'Item type and selector on a named connection, as in a URL. Default: those of its own URL',
    example: '/0/README.md',
  }),
  search: z.string().optional().openapi({ description: 'What to ask a search engine (type 7)' }),
  gopherPlus: z.string().min(1).optional().openapi({
    description: '`+`, `+<view>`, `!` (attributes of the item) or `$` (those of a menu’s items)',
  }),
});

const itemSchema = z
  .object({
    type: z.string().openapi({ example: '1' }),
    display: z.string(),
    selector: z.string(),
    hostname: z.string(),
    port: z.number().int().optional(),
    plus: z.enum(['+', '?']).optional(),
    url: z.string().optional().openapi({ description: 'As the server wrote it: look at its scheme' }),
  })
  .openapi('GopherItem');

const answerSchema = z
  .object({
    url: z.string().optional().openapi({ description: 'Of an address of your own' }),
    connection: z.string().optional(),
    type: z.string(),
    items: z.array(itemSchema).optional(),
    attributes: z.array(z.unknown()).optional().openapi({ description: 'For `!` and `$`' }),
  })
  .openapi('GopherMenu');

const textSchema = z.string();

/** `GET /gopher/fetch`, for the OpenAPI document. */
export const fetchRoute = createRoute({
  method: 'get',
  path: '/fetch',
  operationId: 'fetch',
  summary: 'Fetch a Gopher item',
  description:
    'Menus as JSON or, with `Accept: text/html`, as a page; texts as UTF-8, items of type `h` as plain text, too; ' +
    'everything else streamed, in a type that no browser runs. `maxResultBytes` caps all of them. Scope ' +
    '`gopher:fetch:<connection>`, or `gopher:fetch:@` for a `url` of your own.',
  security: [{ [SECURITY_SCHEME]: [] }],
  request: { query: querySchema },
  responses: {
    200: {
      description: 'The item',
      content: {
        [JSON_TYPE]: { schema: answerSchema },
        'text/html': { schema: textSchema },
        'text/plain': { schema: textSchema },
        [BINARY_TYPE]: { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
    ...problemResponses(['server', 'limit', 'policy', 'tls_failed', 'connect_timeout', 'protocol']),
  },
});

/** A request's query, checked. */
export type Query = z.output<typeof querySchema>;

/** What an entry of `FAIRLEAD_CONNECTIONS` may hold beside its URL. Unknown settings are refused. */
export const settingsSchema = z.strictObject({
  /** Of a `gophers:` URL. */
  tls: tlsWishesSchema.optional(),
});

/** The same, for operators. */
export const entrySettings: EntrySettings = { schema: settingsSchema, shown: [] };
