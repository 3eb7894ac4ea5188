// Abuse by bodies: too large, too slow, broken off, compressed, of another type, deep, doubled. On every route that reads one.
import { describe, it } from 'vitest';
import { type Attempt, as, expectRefusal, post, refuses } from './gateway.ts';

const JSON_TYPE = 'application/json';

/** Each route with a body, its type, and which of the limits it has. */
const ROUTES: readonly (readonly [path: string, type: string, maxBytes: number])[] = [
  ['/pg/query', JSON_TYPE, 10_000],
  ['/pg/sql', JSON_TYPE, 10_000],
  ['/mysql/query', JSON_TYPE, 10_000],
  ['/redis', JSON_TYPE, 10_000],
  ['/redis/pipeline', JSON_TYPE, 10_000],
  ['/redis/multi-exec', JSON_TYPE, 10_000],
  ['/redis/set/k', 'text/plain', 10_000],
  ['/mqtt/publish', JSON_TYPE, 10_000],
  ['/irc/send', JSON_TYPE, 10_000],
  ['/smtp/send', JSON_TYPE, 10_000],
  ['/smtp/send', 'multipart/form-data; boundary=b', 10_000],
  ['/smtp/send-raw', 'message/rfc822', 20_000],
];

const encoder = new TextEncoder();

/** A body whose pieces come one after the other, `everyMs` apart, for ever. */
function trickle(everyMs: number): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      controller.enqueue(encoder.encode('['));
    },
  });
}

/** A body that fails behind its first piece. */
function brokenOff(): ReadableStream<Uint8Array> {
  let begun = false;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (begun) controller.error(new TypeError('Network connection lost.'));
      else controller.enqueue(encoder.encode('{"'));
      begun = true;
    },
  });
}

/** A body of pieces of 1000 bytes, without an end. */
function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1000).fill(0x61)),
  });
}

describe.each(ROUTES)('%s with %s', (path, type, maxBytes) => {
  const attempt = (status: number, code: string, detail: RegExp, init: () => RequestInit): Promise<void> =>
    expectRefusal({ what: path, path, init, status, code, detail });
  const body = (stream: BodyInit, headers: Record<string, string> = {}) => ({
    ...post(stream, { 'Content-Type': type, 'Fairlead-Timeout-Ms': '100', ...headers }),
  });

  it('refuses a body that trickles', () =>
    attempt(408, 'body_timeout', /did not come within 100 ms/, () => body(trickle(15))));
  it('refuses a body that stalls', () =>
    attempt(408, 'body_timeout', /did not come within 100 ms/, () => body(trickle(60_000))));
  it('refuses a body that breaks off', () =>
    attempt(400, 'invalid', /broke off before its end/, () => body(brokenOff())));
  it('refuses a body without an end', () =>
    attempt(413, 'limit', new RegExp(`larger than ${maxBytes} bytes`), () =>
      body(endless(), { 'Fairlead-Timeout-Ms': '4000' }),
    ));
  it('refuses a body that says it is small', () =>
    attempt(413, 'limit', new RegExp(`larger than ${maxBytes} bytes`), () =>
      body(endless(), { 'Content-Length': '2', 'Fairlead-Timeout-Ms': '4000' }),
    ));
  it('refuses a compressed body', () =>
    attempt(415, 'unsupported_media_type', /without a Content-Encoding/, () =>
      body('x', { 'Content-Encoding': 'gzip' }),
    ));
});

const json = (what: string, path: string, text: BodyInit, status: number, detail: RegExp): Attempt => ({
  what,
  path,
  init: post(text),
  status,
  code: status === 413 ? 'limit' : 'invalid',
  detail,
});
const typed = (what: string, path: string, type: string | undefined): Attempt => ({
  what,
  path,
  init: {
    method: 'POST',
    body: new Blob(['{"sql":"select 1"}']),
    ...as('all-token', type === undefined ? {} : { 'Content-Type': type }),
  },
  status: 415,
  code: 'unsupported_media_type',
  detail: /application\/json/,
});

refuses('bodies', [
  typed('no type', '/pg/query', undefined),
  typed('text', '/pg/query', 'text/plain'),
  typed('a form', '/mysql/query', 'application/x-www-form-urlencoded'),
  typed('a form with files', '/mqtt/publish', 'multipart/form-data; boundary=x'),
  typed('a type that begins so', '/pg/query', 'application/jsonx'),
  typed('JSON as a parameter', '/pg/query', 'text/html; x=application/json'),
  typed('two types', '/irc/send', 'text/plain, application/json'),
  json('nothing', '/pg/query', '', 400, /is empty; JSON/),
  json('half of an object', '/pg/query', '{"sql":', 400, /not valid JSON/),
  json('two values', '/pg/query', '{"sql":"select 1"} {}', 400, /not valid JSON/),
  json('a comment', '/pg/query', '{/**/"sql":"select 1"}', 400, /not valid JSON/),
  json('a comma at the end', '/pg/query', '{"sql":"select 1",}', 400, /not valid JSON/),
  json('NaN', '/redis', '["SET","k",NaN]', 400, /not valid JSON/),
  json('a list', '/pg/query', '[]', 400, /body/),
  json('a text', '/pg/query', '"select 1"', 400, /body/),
  json('null', '/pg/query', 'null', 400, /body/),
  json('a member twice', '/pg/query', '{"sql":"select 1","sql":"drop table t"}', 400, /more than once/),
  json(
    'a member twice, once escaped',
    '/pg/query',
    '{"sql":"select 1","s\\u0071l":"drop table t"}',
    400,
    /more than once/,
  ),
  json('an unknown member', '/pg/query', '{"sql":"select 1","admin":true}', 400, /admin/),
  json('a member of objects', '/pg/query', '{"sql":"select 1","__proto__":{"sql":"x"}}', 400, /__proto__/),
  json('the constructor', '/pg/query', '{"sql":"select 1","constructor":{}}', 400, /constructor/),
  json('half of a surrogate pair', '/pg/query', '{"sql":"\\ud800"}', 400, /surrogate/),
  json('bytes that are no UTF-8', '/pg/query', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 400, /UTF-8/),
  json('UTF-16', '/pg/query', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0), 400, /UTF-8|JSON/),
  json('lists in lists', '/redis', '['.repeat(5000), 413, /deep/),
  json('objects in objects', '/pg/query', '{"a":'.repeat(1500), 413, /deep/),
  json(
    'a number too large for its place',
    '/mqtt/publish',
    '{"topic":"public/a","qos":9007199254740993}',
    400,
    /qos/,
  ),
  json('too many commands', '/redis/pipeline', JSON.stringify(Array(6).fill(['PING'])), 413, /5 commands/),
  json(
    'too many commands of a transaction',
    '/redis/multi-exec',
    JSON.stringify(Array(6).fill(['PING'])),
    413,
    /5 commands/,
  ),
  json('a command that is none', '/redis', '[]', 400, /body/),
  json('an object as an argument', '/redis', '["SET","k",{"a":1}]', 400, /body\[2\]/),
  json('an empty statement', '/pg/query', '{"sql":""}', 400, /body\.sql/),
]);
