// What is typed, as requests: filters to subscribe to, messages to publish.
import { describe, expect, it } from 'vitest';
import { bytesOf, previewOf, toMessage } from '../../src/pages/mqtt/feed/message.ts';
import { jsonOf } from '../../src/pages/mqtt/payload/json.ts';
import { type Fault, fromHex, publicationOf, type Typed } from '../../src/pages/mqtt/publish/publication.ts';
import { filterFault, queryOf, readFilters } from '../../src/pages/mqtt/subscribe/subscription.ts';

const EMPTY: Typed = {
  topic: 'a/b',
  kind: 'text',
  payload: '',
  bytes: undefined,
  qos: '1',
  retain: false,
  payloadIsText: false,
  contentType: '',
  responseTopic: '',
  correlation: '',
  expiry: '',
  userProperties: '',
};

describe('filters', () => {
  it('are read apart, each once', () => {
    expect(readFilters(' a/#, b/+/c\n,a/# ,')).toEqual(['a/#', 'b/+/c']);
  });

  it.each(['#', 'a/#', '+', 'a/+/b', '$share/group/a/#', '/', 'a b'])('%s is good', (filter) =>
    expect(filterFault(filter)).toBeUndefined(),
  );

  it.each(['a#', '#/a', 'a/#/b', 'a+', 'a/b+/c'])('%s is not', (filter) =>
    expect(filterFault(filter)).toContain(filter),
  );

  it('become a query, with a session where one is wanted', () => {
    const asked = { filters: ['a', 'b/#'], qos: '2', session: undefined } as const;
    expect(queryOf(asked)).toEqual({ topic: ['a', 'b/#'], qos: '2', window: '1000' });
    expect(queryOf({ ...asked, session: 's1' })).toMatchObject({ session: 's1', expiry: '60' });
  });
});

describe('a publication', () => {
  it('is the least that was asked for', () => {
    expect(publicationOf({ ...EMPTY, payload: '12 knots' })).toEqual({
      topic: 'a/b',
      payload: '12 knots',
      qos: 1,
      retain: false,
    });
  });

  it('carries bytes and properties', () => {
    const typed = {
      ...EMPTY,
      kind: 'hex',
      payload: '00 ff:7e',
      qos: '2',
      payloadIsText: true,
      contentType: 'x/y',
      responseTopic: 'r',
      correlation: 'ü',
      expiry: '60',
      userProperties: 'trace: a:b\n\nother:',
    } as const;
    expect(publicationOf(typed)).toMatchObject({
      payloadBase64: 'AP9+',
      qos: 2,
      properties: {
        payloadIsText: true,
        contentType: 'x/y',
        responseTopic: 'r',
        correlationDataBase64: 'w7w=',
        messageExpirySeconds: 60,
        userProperties: [
          ['trace', 'a:b'],
          ['other', ''],
        ],
      },
    });
    const bytes = new Uint8Array(100_000).fill(255);
    const file = publicationOf({ ...EMPTY, kind: 'file', bytes }) as { payloadBase64: string };
    expect(Buffer.from(file.payloadBase64, 'base64').equals(bytes)).toBe(true);
  });

  it.each<[Partial<Typed>, Fault['field']]>([
    [{ topic: '' }, 'topic'],
    [{ topic: 'a/+' }, 'topic'],
    [{ kind: 'json', payload: '{' }, 'payload'],
    [{ kind: 'hex', payload: '0' }, 'payload'],
    [{ kind: 'hex', payload: 'zz' }, 'payload'],
    [{ kind: 'file' }, 'payload'],
    [{ expiry: '-1' }, 'expiry'],
    [{ expiry: '1.5' }, 'expiry'],
    [{ userProperties: 'no pair' }, 'userProperties'],
  ])('%j is refused at its field', (wrong, field) => {
    expect(() => publicationOf({ ...EMPTY, ...wrong })).toThrow(expect.objectContaining({ field }));
  });

  it('reads hexadecimal digits', () => expect([...fromHex('0a FF\n00')]).toEqual([10, 255, 0]));
});

describe('payloads', () => {
  const flags = { id: 1, topic: 't', qos: 0, retain: false, duplicate: false };

  it('are texts or bytes', () => {
    const bytes = toMessage({ ...flags, payloadBase64: '/wA=' }, 1, 0);
    expect([previewOf(bytes), [...bytesOf(bytes)]]).toEqual(['2 bytes', [255, 0]]);
    const text = toMessage({ ...flags, payload: `ä${'x'.repeat(300)}` }, 1, 0);
    expect([previewOf(text).length, bytesOf(text).length]).toEqual([201, 302]);
  });

  it.each([
    ['{"a":1}', { value: { a: 1 } }],
    [' [1]', { value: [1] }],
    ['-12.5', { value: -12.5 }],
    ['true', { value: true }],
    ['12 knots', undefined],
    ['{', undefined],
    ['', undefined],
  ])('%j as JSON', (text, value) => expect(jsonOf(text)).toEqual(value));
});
