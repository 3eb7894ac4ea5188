// The heads of answers with files: types that no browser runs, names, versions, and the parts that `Range` asks for.
import { expect, it } from 'vitest';
import { type FileToSend, fileAnswer } from '../src/files/index.ts';
import { createApp, defineRoutes } from '../src/index.ts';

const ENV = { FAIRLEAD_TOKENS: [{ name: 'all', token: 'all', scopes: ['*'] }] };
const TEN: FileToSend = { name: 'ten.csv', size: 10, modifiedAt: new Date('2026-01-02T03:04:05.678Z') };

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a refusal, its `Content-Range`. */
  readonly range?: unknown;
  readonly length?: number;
}

/** What is to be answered. */
async function headOf(file: FileToSend, headers: Readonly<Record<string, string>> = {}): Promise<Head> {
  const module = defineRoutes({
    prefix: '/file',
    protocol: 'file',
    schemes: [],
    description: 'Files',
    register(app) {
      app.get('/', (c) => c.json(fileAnswer(c, file)));
    },
  });
  const init = { headers: { Authorization: 'Bearer all', ...headers } };
  const response = await createApp({ routes: [module] }).request('/file', init, ENV);
  if (response.ok) return (await response.json()) as Head;
  return { status: response.status, headers: {}, range: response.headers.get('Content-Range') };
}

it('saves a file under its name, and tells its version', async () => {
  expect(await headOf(TEN)).toEqual({
    status: 200,
    length: 10,
    headers: {
      'Content-Type': 'text/csv',
      'Content-Disposition': 'attachment; filename="ten.csv"',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'private, no-cache',
      ETag: `"a-${Math.floor(Date.UTC(2026, 0, 2, 3, 4, 5) / 1000).toString(16)}"`,
      'Last-Modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
      'Accept-Ranges': 'bytes',
    },
  });
});

it.each([
  ['page.html', 'application/octet-stream', 'attachment; filename="page.html"'],
  ['a.svg', 'application/octet-stream', 'attachment; filename="a.svg"'],
  ['x.__proto__', 'application/octet-stream', 'attachment; filename="x.__proto__"'],
  ['A.PNG', 'image/png', 'attachment; filename="A.PNG"'],
  [
    'ü "1\'%\r\n.txt',
    'text/plain',
    `attachment; filename="_ _1'___.txt"; filename*=UTF-8''%C3%BC%20%221%27%25%0D%0A.txt`,
  ],
  ['\ud800', 'application/octet-stream', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
])('gives %j a type that no browser runs', async (name, type, disposition) => {
  const { headers } = await headOf({ name, size: 1 });
  expect([headers['Content-Type'], headers['Content-Disposition']]).toEqual([type, disposition]);
});

it.each([
  ['bytes=2-4', { status: 206, range: { start: 2, end: 5 }, length: 3 }],
  ['bytes= 8- ', { status: 206, range: { start: 8, end: 10 }, length: 2 }],
  ['bytes=-3', { status: 206, range: { start: 7, end: 10 }, length: 3 }],
  ['bytes=-100', { status: 206, range: { start: 0, end: 10 }, length: 10 }],
  ['bytes=5-100', { status: 206, range: { start: 5, end: 10 }, length: 5 }],
  ['bytes=4-2', { status: 200, length: 10 }],
  ['bytes=0-1,3-4', { status: 200, length: 10 }],
  ['bytes=-', { status: 200, length: 10 }],
  ['lines=0-1', { status: 200, length: 10 }],
  ['bytes=10-', { status: 416, range: 'bytes */10' }],
  ['bytes=-0', { status: 416, range: 'bytes */10' }],
])('answers the range %s', async (Range, expected) => {
  expect(await headOf(TEN, { Range })).toMatchObject(expected);
});

it('knows the version that a caller has', async () => {
  const { ETag = '', 'Last-Modified': lastModified = '' } = (await headOf(TEN)).headers;
  const Range = 'bytes=0-1';
  for (const tags of [ETag, `W/${ETag}`, `"x", ${ETag}`, '*'])
    expect(await headOf(TEN, { 'If-None-Match': tags, Range })).toMatchObject({ status: 304 });
  for (const [version, status] of [
    [ETag, 206],
    [lastModified, 206],
    ['"x"', 200],
  ] as const)
    expect(await headOf(TEN, { 'If-Range': version, 'If-None-Match': '"x"', Range })).toMatchObject({
      status,
    });
});

it('promises nothing of a file whose size is not known', async () => {
  const { status, length, headers } = await headOf(
    { ...TEN, size: undefined },
    { Range: 'bytes=0-1', 'If-None-Match': '*' },
  );
  expect([status, length, headers.ETag, headers['Accept-Ranges']]).toEqual([
    200,
    undefined,
    undefined,
    undefined,
  ]);
});
