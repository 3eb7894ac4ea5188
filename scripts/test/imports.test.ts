// Each import rule is shown to fail on a small project that breaks it, and to pass on one that does not.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readProject } from '../src/imports/files.ts';
import { HABITS } from '../src/imports/habits.ts';
import { checkRules, RULES } from '../src/imports/rules.ts';

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true });
});

/**
 * The breaches of a project in a temporary folder: two protocols and three packages, plus `files`.
 * @param looksAt Which rules count. Default: those about imports, so that an example need not be documented.
 */
function project(
  files: Record<string, string>,
  looksAt: (rule: string) => boolean = (rule) => !(rule in HABITS),
) {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-rules-'));
  made.push(root);
  const manifest = (name: string, more: object = {}) => JSON.stringify({ name, ...more });
  const all: Record<string, string> = {
    'package.json': JSON.stringify({
      workspaces: ['packages/*', 'protocols/*'],
      devDependencies: { vitest: '4' },
    }),
    'packages/transport/package.json': manifest('@fairlead/transport'),
    'packages/testkit/package.json': manifest('@fairlead/testkit'),
    'packages/worker/package.json': manifest('@fairlead/worker', {
      dependencies: { '@fairlead/redis': '*' },
    }),
    'protocols/redis/package.json': manifest('@fairlead/redis', {
      dependencies: { '@fairlead/transport': '*', '@fairlead/mysql': '*' },
      peerDependencies: { '@fairlead/http': '*' },
      devDependencies: { '@fairlead/testkit': '*' },
    }),
    'protocols/mysql/package.json': manifest('@fairlead/mysql'),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkRules(readProject(root)).filter(({ rule }) => looksAt(rule));
}

const places = (breaches: ReturnType<typeof project>) => breaches.map((b) => `${b.rule} ${b.file}:${b.line}`);

describe('import rules', () => {
  it('accept a project that keeps them', () => {
    const breaches = project({
      'packages/transport/src/worker-socket.ts':
        "import { connect } from 'cloudflare:sockets';\nexport { connect };",
      'packages/transport/src/core/core.ts':
        "import type { Socket } from 'cloudflare:sockets';\nexport type S = Socket;",
      'packages/worker/src/index.ts': "import { connect } from '@fairlead/redis';\nexport default connect;",
      'protocols/redis/src/wire/decode.ts':
        "import type { Reply } from './messages.ts';\nexport const d = (x: Reply) => new Date(x);",
      'protocols/redis/src/wire/messages.ts': '/** A reply. */\nexport type Reply = number;',
      'protocols/redis/src/client.ts':
        "import '@fairlead/transport';\nimport './wire/decode.ts';\nexport const c = async () => Date.now();",
      'protocols/redis/src/route/index.ts': "import '@fairlead/http';\nimport '../client.ts';",
      'protocols/redis/test/a.test.ts':
        "import 'vitest';\nimport '@fairlead/testkit';\nimport '../src/wire/decode.ts';",
    });
    expect(breaches).toEqual([]);
  });

  const broken: [rule: string, at: string, files: Record<string, string>][] = [
    [
      'one-socket-file',
      'protocols/redis/src/client.ts:2',
      {
        'protocols/redis/src/client.ts':
          "\nimport { connect } from 'cloudflare:sockets';\nexport { connect };",
      },
    ],
    [
      'one-socket-file',
      'packages/worker/src/a.ts:1',
      { 'packages/worker/src/a.ts': "export const s = () => import('cloudflare:sockets');" },
    ],
    [
      'one-socket-file',
      'packages/worker/src/a.ts:1',
      // `{ type X }` leaves an empty import behind at run time.
      { 'packages/worker/src/a.ts': "import { type Socket } from 'cloudflare:sockets';" },
    ],
    [
      'codec-imports',
      'protocols/redis/src/wire/decode.ts:1',
      { 'protocols/redis/src/wire/decode.ts': "import '@fairlead/transport';" },
    ],
    [
      'codec-imports',
      'protocols/redis/src/session/session.ts:1',
      {
        'protocols/redis/src/session/session.ts': "import type { C } from '../client.ts';",
        'protocols/redis/src/client.ts': 'export type C = 1;',
      },
    ],
    [
      'codec-imports',
      'protocols/redis/src/helper.ts:2',
      {
        'protocols/redis/src/wire/encode/get.ts': "import '../../helper.ts';",
        'protocols/redis/src/helper.ts': "\nimport 'node:net';",
      },
    ],
    [
      'protocols-apart',
      'protocols/redis/src/client.ts:1',
      { 'protocols/redis/src/client.ts': "export { q } from '@fairlead/mysql';" },
    ],
    [
      'protocols-composed-in-worker',
      'packages/transport/src/a.ts:1',
      {
        'packages/transport/package.json':
          '{"name":"@fairlead/transport","dependencies":{"@fairlead/redis":"*"}}',
        'packages/transport/src/a.ts': "import type { R } from '@fairlead/redis';\nexport type { R };",
      },
    ],
    [
      'testkit-in-tests',
      'protocols/redis/src/client.ts:1',
      {
        'protocols/redis/package.json': '{"name":"@fairlead/redis","dependencies":{"@fairlead/testkit":"*"}}',
        'protocols/redis/src/client.ts': "import '@fairlead/testkit/node';",
      },
    ],
    [
      'http-in-route',
      'protocols/redis/src/client.ts:1',
      { 'protocols/redis/src/client.ts': "import '@fairlead/http';" },
    ],
    [
      'no-relative-reach',
      'protocols/redis/test/a.test.ts:1',
      {
        'protocols/redis/test/a.test.ts': "import '../../../packages/transport/src/core/core.ts';",
        'packages/transport/src/core/core.ts': '',
      },
    ],
    [
      'declared-dependencies',
      'protocols/mysql/src/client.ts:1',
      { 'protocols/mysql/src/client.ts': "import 'mysql2/promise';" },
    ],
    [
      'declared-dependencies',
      'protocols/mysql/src/client.ts:1',
      { 'protocols/mysql/src/client.ts': "import 'vitest';" },
    ],
    [
      'no-cycles',
      'protocols/mysql/src/a.ts:1',
      {
        'protocols/mysql/src/a.ts': "import './b.ts';",
        'protocols/mysql/src/b.ts': "import type { C } from './c.js';\nexport type { C };",
        'protocols/mysql/src/c.ts': "export type C = import('./a.ts').A;",
      },
    ],
    ...(
      [
        ['setTimeout(() => {}, 1);', 'redis/src/client.ts'],
        ['globalThis.setInterval(() => {}, 1);', 'redis/src/client.ts'],
        ['void Promise.race([]);', 'redis/src/client.ts'],
        ['void Promise.withResolvers();', 'redis/src/client.ts'],
        ['void Promise.any([]);', 'redis/src/client.ts'],
        ['AbortSignal.timeout(1);', 'redis/src/client.ts'],
        ['AbortSignal.any([]);', 'redis/src/client.ts'],
        ['queueMicrotask(() => {});', 'redis/src/client.ts'],
        ['setImmediate(() => {});', 'redis/src/client.ts'],
        ["new AbortController().signal.addEventListener('abort', () => {});", 'redis/src/client.ts'],
      ] as const
    ).map(([text, path]): [string, string, Record<string, string>] => [
      'waiting-at-home',
      `protocols/${path}:2`,
      { [`protocols/${path}`]: `\n${text}` },
    ]),
    [
      'small-files',
      'protocols/redis/src/client.ts:301',
      { 'protocols/redis/src/client.ts': '\n'.repeat(301) },
    ],
    [
      'small-files',
      'protocols/redis/src/client.ts:2',
      { 'protocols/redis/src/client.ts': `\nconst f = () => {${'\n'.repeat(60)}};\nf();` },
    ],
    [
      'exports-documented',
      'protocols/redis/src/client.ts:1',
      { 'protocols/redis/src/client.ts': 'export const a = 1;' },
    ],
    [
      'exports-documented',
      'protocols/redis/src/client.ts:2',
      { 'protocols/redis/src/client.ts': '// No doc comment.\nexport interface A {}' },
    ],
    ...[
      "error.message === 'gone'",
      "'gone' !== cause.message",
      '/gone/.test(reason.message)',
      "error.message.startsWith('gone')",
      "failure.message.includes('gone')",
      "error?.message === 'gone'",
      "server?.message === 'gone'",
      "error.server?.message === 'gone'",
      '/gone/.test(error.cause.message)',
    ].map((text): [string, string, Record<string, string>] => [
      'no-decision-by-message',
      'protocols/redis/src/client.ts:2',
      { 'protocols/redis/src/client.ts': `\nif (${text}) throw 1;` },
    ]),
    [
      'rooms',
      'protocols/redis/src/a.ts:1',
      Object.fromEntries([...'abcdefgh'].map((name) => [`protocols/redis/src/${name}.ts`, ''])) as Record<
        string,
        string
      >,
    ],
    ...(
      [
        // Any other folder, one that may have 8 files and has 9, and the same with fewer than its number.
        ['protocols/redis/src/wire', 8],
        ['packages/http/src/request', 9],
        ['packages/http/src/request', 7],
      ] as const
    ).map(([folder, count]): [string, string, Record<string, string>] => [
      'rooms',
      `${folder}/f1.ts:1`,
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/f${i + 1}.ts`, ''])),
    ]),
    [
      'rooms',
      'protocols/redis/src/wire.ts:1',
      { 'protocols/redis/src/wire.ts': '', 'protocols/redis/src/wire/decode.ts': '' },
    ],
  ];
  it.each(broken)('%s is broken at %s', (rule, at, files) => {
    const only = rule in HABITS ? (name: string) => name === rule : undefined;
    expect(places(project(files, only))).toEqual([`${rule} ${at}`]);
  });

  it('no-cycles is broken between packages', () => {
    const breaches = project({
      'packages/transport/package.json':
        '{"name":"@fairlead/transport","dependencies":{"@fairlead/testkit":"*"}}',
      'packages/testkit/package.json':
        '{"name":"@fairlead/testkit","dependencies":{"@fairlead/transport":"*"}}',
      'packages/testkit/src/a.ts': "import '@fairlead/transport';",
      'packages/transport/src/a.ts': "import '@fairlead/testkit';",
    });
    expect(breaches.map((b) => b.rule).sort()).toEqual(['no-cycles', 'testkit-in-tests']);
  });

  it.each([
    'export const f = async () => 1;',
    'export class C { async m() {} }',
    'for await (const _ of []); export {};',
    'export const v = await 1;',
    'setTimeout(() => {}, 1);',
    'globalThis.queueMicrotask(() => {});',
    'export const t = Date.now();',
    'export const t = globalThis.Date.now();',
    "export const t = performance['now']();",
    'export const t = new Date();',
    'export const r = Math.random();',
    'export const r = crypto.getRandomValues(new Uint8Array(4));',
    "import { randomBytes } from 'node:crypto';",
    'export const p = Promise.resolve(1);',
    'export const p = new Promise(() => {});',
  ])('no-io-in-codec is broken by %s', (line) => {
    for (const path of [
      'packages/transport/../bytes/src/reader.ts',
      'protocols/redis/src/session/numbers.ts',
    ]) {
      const breaches = project({ [path]: `// first line\n${line}` });
      expect(breaches.length).toBeGreaterThan(0);
      for (const breach of breaches) expect(breach).toMatchObject({ rule: 'no-io-in-codec', line: 2 });
    }
  });

  it('of the house pass where they are kept', () => {
    const text = [
      '/** Overloads share one comment. */',
      'export function f(a: string): void;',
      'export function f(a: number): void;',
      'export function f(): void {}',
      'const error = new Error();',
      "if (error.name === 'x') throw new Error(error.message);",
    ].join('\n');
    const files = {
      'protocols/redis/src/client.ts': text,
      'packages/client/src/alarm.ts': 'setTimeout(f, 1);',
    };
    expect(project(files, () => true)).toEqual([]);
  });

  it('leave other files their timers, clocks and promises', () => {
    const text = 'export const f = async () => { await 1; setTimeout(() => {}, Date.now()); };';
    expect(
      project({ 'protocols/redis/src/client.ts': text, 'packages/transport/src/core/core.ts': text }),
    ).toEqual([]);
  });

  it('are all shown to fail here', () => {
    const shown = new Set(['no-io-in-codec', ...broken.map(([rule]) => rule)]);
    expect([...shown].sort()).toEqual(Object.keys(RULES).sort());
  });

  it('name a way out', () => {
    const [breach] = project({ 'protocols/redis/src/client.ts': "import '@fairlead/http';" });
    expect(breach?.wayOut).toContain('src/route/');
  });
});
