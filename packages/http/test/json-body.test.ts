// JSON bodies as routes get them: what would lose digits, or hides a second member, is refused with its place.
import { describe, expect, it } from 'vitest';
import { JsonNumber, JsonPart } from '../src/index.ts';
import { encodePlain, readJsonParameter } from '../src/sql/index.ts';
import { ENV, post, sampleApp } from './sample.ts';

const app = sampleApp({ log: [] });

async function problemOf(body: string) {
  const response = await app.request('/demo/do', post(body), ENV);
  return { status: response.status, body: await response.json<Record<string, unknown>>() };
}

describe('a body is refused', () => {
  it.each([
    ['{"word":"a","list":[1,9007199254740993]}', 'body.list[1]', /more digits than are kept/],
    ['{"word":"a","list":[1e400]}', 'body.list[0]', /more digits than are kept/],
    ['{"word":12345678901234567890}', 'body.word', /more digits than are kept/],
    ['{"word":"a","word":"b"}', 'body.word', /stands more than once/],
    [
      '{"connection":"main","word":"a","c\\u006fnnection":"other"}',
      'body.connection',
      /stands more than once/,
    ],
    ['{"word":"\\ud800"}', 'body.word', /surrogate/],
  ])('%s', async (text, path, message) => {
    const { status, body } = await problemOf(text);
    expect([status, body.code, body.safeToRetry]).toEqual([400, 'invalid', true]);
    expect(body.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    expect(body.detail).toMatch(message);
  });

  it('and the refusal is short, whatever the body', async () => {
    const many = await problemOf(`{"word":"a","list":[${'"x",'.repeat(100_000)}1]}`);
    expect(many.status).toBe(400);
    expect(JSON.stringify(many.body).length).toBeLessThan(4000);
    expect(many.body.detail).toContain('(and 99999 more)');
    const long = await problemOf(`{"word":"a","${'x'.repeat(100_000)}":1}`);
    expect(JSON.stringify(long.body).length).toBeLessThan(4000);
    const twice = await problemOf(`{"${'x'.repeat(100_000)}":1,"${'x'.repeat(100_000)}":1}`);
    expect(JSON.stringify(twice.body).length).toBeLessThan(4000);
  });
});

it('numbers that mean the same are taken', async () => {
  expect((await problemOf('{"word":"a","list":[1.0,2e0,-0,9007199254740991]}')).status).toBe(200);
});

describe('a SQL parameter', () => {
  const list = { arrays: 'list' } as const;
  it.each([
    [new JsonNumber('9007199254740993'), 9007199254740993n],
    [new JsonNumber('-9223372036854775808'), -9223372036854775808n],
    [new JsonNumber('18446744073709551615'), 18446744073709551615n],
    [new JsonNumber('18446744073709551616'), '18446744073709551616'],
    [new JsonNumber('-9223372036854775809'), '-9223372036854775809'],
    [new JsonNumber('1e400'), '1e400'],
    [new JsonNumber('0.1000000000000000055511151231'), '0.1000000000000000055511151231'],
    [new JsonPart({ b: 1.1 }, '{"b":1.10}'), '{"b":1.10}'],
    [new JsonPart([1, new JsonPart({}, '{ }'), new JsonPart([null], '[null]')], '[...]'), [1, '{ }', [null]]],
    [new JsonPart({ $base64: 'AP8=' }, '...'), Uint8Array.of(0, 255)],
    [true, true],
    [null, null],
    ['text', 'text'],
    [1.5, 1.5],
  ])('%o', (value, parameter) => expect(readJsonParameter(value, 'params[0]', list)).toEqual(parameter));

  it('an array is JSON text where the database has no arrays', () => {
    const part = new JsonPart([1.1], '[1.10]');
    expect(readJsonParameter(part, 'params[0]', { arrays: 'json' })).toBe('[1.10]');
  });

  it('malformed base64 is refused by its place', () => {
    const part = new JsonPart([new JsonPart({ $base64: '*' }, '')], '');
    expect(() => readJsonParameter(part, 'params[3]', list)).toThrow(/params\[3\]\[0\] is not base64/);
  });
});

it('answers keep the sign of zero, and what JSON has no number for', () => {
  expect([-0, 0, 1.5, Number.NaN, [-0, [null]]].map(encodePlain)).toEqual([
    '-0',
    '0',
    '1.5',
    '"NaN"',
    '[-0,[null]]',
  ]);
});
