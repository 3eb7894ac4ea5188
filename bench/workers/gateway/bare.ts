// The least that a Worker needs for what the gateway's dear rows do: bare sockets of the platform, bytes that are ready, nothing
// checked and nothing bounded. What the gateway costs beyond these is its own.
import { connect } from 'cloudflare:sockets';
import { concat, Writer } from '@fairlead/bytes';
import { encodeSslRequest, encodeStartup, writeTerminate } from '@fairlead/postgres/wire';
import { Scram, statement } from '../postgres/bare-login.ts';

interface Env {
  readonly PASSWORD: string;
  readonly REDIS: string;
  readonly REDIS_TLS: string;
  readonly POSTGRES: string;
}

const VIEW_BYTES = 4096;
const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

/** The headers of `/healthz`. */
const HEADERS = {
  'fairlead-request-id': '8d0fd3ef-4bd3-4c5c-9d6a-0a5bf3f2ba6b',
  traceparent: '00-8d0fd3ef4bd34c5c9d6a0a5bf3f2ba6b-9d6a0a5bf3f2ba6b-00',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'content-type': 'application/json',
};

type BareSocket = ReturnType<typeof connect>;

/** Reads until the text so far is enough. */
async function readUntil(socket: BareSocket, isEnough: (text: string) => boolean): Promise<string> {
  const reader = socket.readable.getReader({ mode: 'byob' });
  let text = '';
  let buffer = new ArrayBuffer(VIEW_BYTES);
  while (!isEnough(text)) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (done || value === undefined) throw new Error(`The socket ended behind ${text}`);
    text += decoder.decode(value);
    buffer = value.buffer as ArrayBuffer;
  }
  reader.releaseLock();
  return text;
}

async function send(socket: BareSocket, bytes: Uint8Array): Promise<void> {
  const writer = socket.writable.getWriter();
  await writer.write(bytes);
  writer.releaseLock();
}

/** AUTH, HELLO and GET in one flight. */
async function redis(secureTransport: 'on' | 'off', port: number, password: string): Promise<Response> {
  const socket = connect({ hostname: 'localhost', port }, { secureTransport, allowHalfOpen: false });
  await send(socket, encoder.encode(`AUTH ${password}\r\nHELLO 2\r\nGET small\r\n`));
  const text = await readUntil(socket, (got) => got.endsWith('x\r\n'));
  await socket.close();
  return new Response(`{"result":"${text.slice(-18, -2)}"}`, { headers: HEADERS });
}

/** Says goodbye, ends its side, and waits for the server's end: then the goodbye has come. */
async function leave(socket: BareSocket): Promise<void> {
  const writer = new Writer(16);
  writeTerminate(writer);
  await send(socket, writer.take());
  const reader = socket.readable.getReader({ mode: 'byob' });
  const ended = socket.writable.close();
  while (!(await reader.read(new Uint8Array(VIEW_BYTES))).done);
  await ended;
}

/** How the start-up and the end are. */
interface Manners {
  readonly isSecure: boolean;
  /** Waits for the server to ask for SCRAM, and for its end. */
  readonly isPolite?: boolean;
}

/** SCRAM with keys that were derived once, and the statement behind it. */
async function postgres({ isSecure, isPolite }: Manners, port: number, password: string): Promise<Response> {
  const secureTransport = isSecure ? 'starttls' : 'off';
  let socket = connect({ hostname: 'localhost', port }, { secureTransport, allowHalfOpen: false });
  if (isSecure) {
    await send(socket, encodeSslRequest());
    await readUntil(socket, (text) => text === 'S');
    socket = socket.startTls();
  }
  const scram = new Scram(password);
  const startup = encodeStartup(
    new Map([
      ['user', 'bench'],
      ['database', 'postgres'],
    ]),
  );
  if (isPolite) {
    await send(socket, startup);
    await readUntil(socket, (text) => text.includes('SCRAM-SHA-256\0\0'));
    await send(socket, scram.first());
  } else await send(socket, concat([startup, scram.first()]));
  const challenge = await readUntil(socket, (text) => /,i=\d+/.test(text));
  await send(socket, await scram.last(challenge, statement('select $1::int as answer', '42')));
  await readUntil(socket, (text) => text.includes('SELECT 1') && text.endsWith('Z\0\0\0\x05I'));
  if (isPolite) await leave(socket);
  await socket.close();
  return new Response('{"rows":[{"answer":42}]}', { headers: HEADERS });
}

/** What a server's usual count of rounds costs, alone. */
async function deriveBits(password: string): Promise<Response> {
  const key = await crypto.subtle.importKey('raw', encoder.encode(password), 'PBKDF2', false, ['deriveBits']);
  await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt: encoder.encode('salt'), iterations: 4096 },
    key,
    256,
  );
  return new Response('ok');
}

export default {
  async fetch(request: Request, { PASSWORD, REDIS, REDIS_TLS, POSTGRES }: Env): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case '/redis':
        return redis('off', Number(REDIS), PASSWORD);
      case '/redis-tls':
        return redis('on', Number(REDIS_TLS), PASSWORD);
      case '/pg':
        return postgres({ isSecure: false }, Number(POSTGRES), PASSWORD);
      case '/pg-tls':
        return postgres({ isSecure: true }, Number(POSTGRES), PASSWORD);
      case '/pg-tls-polite':
        return postgres({ isSecure: true, isPolite: true }, Number(POSTGRES), PASSWORD);
      case '/pbkdf2':
        return deriveBits(PASSWORD);
      default:
        return new Response('{"status":"ok","version":"0.0.0"}', { headers: HEADERS });
    }
  },
};
