// The OpenAPI document of the whole gateway: what a linter says, and every operation pressed as /docs does it, against `npm start`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const START_MS = 120_000;
/** What begins within this time is taken for a stream, and closed. */
const PRESS_MS = 20_000;

/** Operations that only a WebSocket can press. */
const WEBSOCKETS = ['ircSession', 'tcpTunnelTo', 'tcpTunnel', 'tcpWsproxy', 'sshShell'];

/** Operations that need a server which `npm start` does not bring, or a command that its Redis does not know. */
const WITHOUT_SERVER = [
  'mysqlQuery',
  'mysqlReadNamedQuery',
  'mysqlRunNamedQuery',
  'ircSend',
  'redisSsubscribe',
  'redisMonitor',
];

/** Where all operations need a server which `npm start` does not bring. */
const PATHS_WITHOUT_SERVER = /^\/(?:mongodb|imap)\//;

/** Operations with an address of the reader's own in their path. */
const OWN_ADDRESS = ['smtpProbeAddress', 'tcpPingAddress'];

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly example?: unknown;
  readonly schema?: { readonly example?: unknown; readonly default?: unknown };
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

let child: ChildProcess;
let base = '';
let document: Document;

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  let output = '';
  child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: ROOT,
    // The same on every machine.
    env: { ...process.env, PORT: String(port), FAIRLEAD_START_REDIS: 'embedded' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  await vi.waitFor(() => expect(output).toContain('Ctrl-C'), { timeout: START_MS, interval: 100 });
  document = (await (await fetch(`${base}/openapi.json`)).json()) as Document;
}, START_MS);

afterAll(async () => {
  child.kill('SIGINT');
  await once(child, 'exit');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

function operations() {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

describe('the OpenAPI document', () => {
  it('names every operation once, in camelCase', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    // Those of named queries begin with `query_`: the operator chooses the rest.
    for (const id of ids.filter((each) => !each.startsWith('query_')))
      expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z0-9]*)+$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has no fault under Spectral', async () => {
    const linter = new spectral.Spectral();
    // Its types are of another version of the same library.
    linter.setRuleset({ extends: [[rulesets.oas as RulesetDefinition, 'recommended']] });
    const faults = (await linter.run(document as never)).filter(
      // A WebSocket's answer is 101, which the rule takes for no success.
      ({ code, path }) => code !== 'operation-success-response' || !isWebSocket(path),
    );
    expect(faults.map(({ code, path, message }) => `${code} ${path.join('/')}: ${message}`)).toEqual([]);
  });
});

function isWebSocket(path: readonly (string | number)[]): boolean {
  const operation = document.paths[String(path[1])]?.[String(path[2])];
  return operation !== undefined && WEBSOCKETS.includes(operation.operationId);
}

describe('every operation of /docs', () => {
  it('answers with success where it is pressed as it stands', async () => {
    const left = new Set([...WEBSOCKETS, ...WITHOUT_SERVER, ...OWN_ADDRESS]);
    const failures: string[] = [];
    const within = operations().filter(({ path }) => !PATHS_WITHOUT_SERVER.test(path));
    expect(within.length).toBeLessThan(operations().length);
    for (const each of within) {
      const { operationId, requestBody } = each.operation;
      if (left.delete(operationId)) continue;
      for (const type of Object.keys(requestBody?.content ?? { '': {} })) {
        const told = await press(each.method, each.path, each.operation, type);
        if (told !== undefined) failures.push(`${operationId} ${type}: ${told}`);
      }
    }
    expect(failures).toEqual([]);
    // What is left out is there.
    expect([...left]).toEqual([]);
  }, 120_000);
});

/** @returns What went wrong. */
async function press(
  method: string,
  path: string,
  operation: Operation,
  type: string,
): Promise<string | undefined> {
  const { url, headers } = filled(path, operation);
  const example = operation.requestBody?.content[type]?.example;
  if (operation.requestBody !== undefined && example === undefined) return 'has no example of a body';
  const response = await fetch(base + url, {
    method: method.toUpperCase(),
    headers: { ...headers, Authorization: 'Bearer dev', ...(isTyped(type) ? { 'Content-Type': type } : {}) },
    signal: AbortSignal.timeout(PRESS_MS),
    ...(example === undefined ? {} : { body: bodyOf(type, example) }),
  });
  if (!response.ok) return `${response.status} ${await response.text()}`;
  // Of a stream, the first bytes do.
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  return undefined;
}

/** A form's type has a boundary, which `fetch` adds. */
function isTyped(type: string): boolean {
  return type !== '' && type !== 'multipart/form-data';
}

function bodyOf(type: string, example: unknown): string | FormData {
  if (type === 'multipart/form-data') {
    const form = new FormData();
    for (const [name, value] of Object.entries(example as object)) form.append(name, String(value));
    return form;
  }
  return typeof example === 'string' ? example : JSON.stringify(example);
}

/** The URL and the headers with their examples, as Swagger UI fills them in. */
function filled(
  path: string,
  { parameters = [] }: Operation,
): { url: string; headers: Record<string, string> } {
  let filledPath = path;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  for (const parameter of parameters) {
    const value = parameter.example ?? parameter.schema?.example ?? parameter.schema?.default;
    if (parameter.$ref !== undefined || value === undefined) continue;
    if (parameter.in === 'path')
      filledPath = filledPath.replace(`{${parameter.name}}`, encodeURIComponent(String(value)));
    else if (parameter.in === 'header') headers[parameter.name] = String(value);
    else if (Array.isArray(value)) for (const one of value) query.append(parameter.name, String(one));
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) query.append(name, String(one));
    else query.append(parameter.name, String(value));
  }
  const text = query.toString();
  return { url: text === '' ? filledPath : `${filledPath}?${text}`, headers };
}
