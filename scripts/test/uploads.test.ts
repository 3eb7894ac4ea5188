// Uploads that break off or are no HTTP, at the gateway of `npm start`: workerd alone, without a proxy in front that would
// answer in its place.
import { connect } from 'node:net';
import { type Gateway, startGateway } from '@fairlead/worker/start';
import * as miniflare from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const START_MS = 60_000;
let gateway: Gateway;

beforeAll(async () => {
  const settings = {
    FAIRLEAD_CONNECTIONS: {
      main: 'postgres://localhost:1/x',
      my: 'mysql://localhost:1/x',
      cache: 'redis://localhost:1',
      bus: 'mqtt://localhost:1',
      mail: 'smtp://localhost:1',
      chat: 'irc://localhost:1',
    },
    FAIRLEAD_TOKENS: [{ name: 'all', token: 'test', scopes: ['*'] }],
  };
  gateway = await startGateway({ port: 0, settings, tools: { miniflare } });
}, START_MS);

afterAll(async () => {
  await gateway.stop();
});

/** Sends this and ends its half of the connection. @returns The whole answer. */
function send(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      socket.destroy();
      resolve(answer);
    });
    socket.end(bytes, 'latin1');
  });
}

function head(path: string, ...fields: string[]): string {
  const lines = [`POST ${path} HTTP/1.1`, 'Host: gateway', 'Authorization: Bearer test', ...fields];
  return [...lines, '', ''].join('\r\n');
}

const JSON_TYPE = 'Content-Type: application/json';

describe('a body that breaks off is 400', () => {
  it.each([
    '/pg/query',
    '/pg/sql',
    '/mysql/query',
    '/redis',
    '/redis/set/k',
    '/redis/pipeline',
    '/redis/multi-exec',
    '/mqtt/publish',
    '/smtp/send',
    '/irc/send',
  ])('%s', async (path) => {
    const answer = await send(`${head(path, JSON_TYPE, 'Content-Length: 1000')}{"sql":`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*"code":"invalid"/s);
    expect(answer).toContain('The request body broke off before its end');
  });

  it('/smtp/send-raw', async () => {
    const fields = ['Content-Type: message/rfc822', 'Content-Length: 1000'];
    const answer = await send(`${head('/smtp/send-raw', ...fields)}From: a@example.com\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*broke off/s);
  });
});

describe('a malformed upload is 400', () => {
  const chunked = head('/pg/query', JSON_TYPE, 'Transfer-Encoding: chunked');
  it.each([
    ['a chunk without a size', `${chunked}zz\r\n{}\r\n0\r\n\r\n`],
    ['a chunk that is longer than it says', `${chunked}2\r\n{}xx\r\n0\r\n\r\n`],
    ['a chunk of more bytes than there are', `${chunked}ffffffffffffffff\r\n{}`],
    ['two lengths', `${head('/pg/query', JSON_TYPE, 'Content-Length: 2', 'Content-Length: 3')}{} `],
    ['bytes that are not UTF-8', `${head('/pg/query', JSON_TYPE, 'Content-Length: 4')}"\xff\xff"`],
  ])('%s', async (_what, bytes) => {
    expect(await send(bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });
});
