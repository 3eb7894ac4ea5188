// Whether an answer is one that the OpenAPI document announces: its status, and the type of its body, for the operation that was
// asked. Paths and methods that the document does not have are left alone.
import { expect } from 'vitest';
import { createGateway } from '../src/index.ts';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Of the protocols alone: named queries have the answers of `/q/{name}`. */
const TOKENS = [{ name: 'all', token: 'all-token', scopes: ['*'] }];

let paths: Paths | undefined;

async function readPaths(): Promise<Paths> {
  if (paths === undefined) {
    const response = await createGateway().request('/openapi.json', {}, { FAIRLEAD_TOKENS: TOKENS });
    paths = ((await response.json()) as { paths: Paths }).paths;
  }
  return paths;
}

/** Paths without parameters first: `/tcp/ping` is no `{target}`. */
function operationOf(all: Paths, method: string, path: string): Operation | undefined {
  const names = Object.keys(all).sort((a, b) => a.split('{').length - b.split('{').length);
  const isRedis = path.startsWith('/redis/');
  const found = names.find((name) => {
    // Redis' arguments span slashes.
    const last = isRedis ? '.+' : '[^/]+';
    return new RegExp(`^${name.replaceAll(/\{[^}]+\}$/g, last).replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`).test(
      path,
    );
  });
  return found === undefined ? undefined : all[found]?.[method.toLowerCase()];
}

/** Expects the document to announce the answer. */
export async function expectDocumented(method: string, url: string, response: Response): Promise<void> {
  const { pathname } = new URL(url, 'http://gateway.test');
  const operation = operationOf(await readPaths(), method, pathname);
  // A preflight and a method that the path does not have belong to no operation.
  if (operation === undefined) return;
  const { responses, operationId } = operation;
  const where = `${operationId} answers ${response.status}`;
  expect(Object.keys(responses), where).toContain(String(response.status));
  const type = response.headers.get('content-type')?.split(';')[0];
  const { content = {} } = responses[response.status] ?? {};
  if (type !== undefined && response.body !== null) expect(Object.keys(content), where).toContain(type);
}
