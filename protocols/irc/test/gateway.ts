// For tests: a gateway with the IRC routes alone, over a scripted server.
import { createApp } from '@fairlead/http';
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { ircRoutes } from '../src/route/index.ts';

const TOKENS = [
  { token: 'all-token-0123456789', name: 'all', scopes: ['irc'] },
  { token: 'send-token-0123456789', name: 'send', scopes: ['irc:send:main'] },
  { token: 'session-token-0123456789', name: 'session', scopes: ['irc:session:main'] },
];
const ENV = {
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    main: 'ircs://me@irc.test',
    login: { url: 'ircs://me:hunter22@irc.test', saslRequired: true },
    wrong: { url: 'ircs://me@irc.test', flood: 'fast' },
  }),
  FAIRLEAD_TOKENS: JSON.stringify(TOKENS),
  FAIRLEAD_TARGETS: JSON.stringify(['chat.example:6667', 'chat.example:6697']),
};

/** Asks it. @param seen Gets each address that is dialled. */
export function gateway(peer: ScriptedPeer = scriptedPeer(), seen: unknown[] = []) {
  const connector: typeof peer.connector = (address, options) => {
    seen.push({ ...address, tls: options?.tls });
    return peer.connector(address, options);
  };
  const app = createApp({ routes: [ircRoutes], connector });
  return async (path: string, init: RequestInit = {}, token = 'all') => {
    const headers = new Headers(init.headers);
    if (!headers.has('Authorization')) headers.set('Authorization', `Bearer ${token}-token-0123456789`);
    return app.request(path, { ...init, headers }, ENV);
  };
}

/** A POST with a JSON body. */
export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', ...headers },
});
/** What fits `POST /irc/send`. */
export const TO_MAIN = { connection: 'main', target: '#a', messages: ['Hello there'] };
/** How a server without labels lets the client in. */
export const JOINED = [':me!~me@host.test JOIN #a', ':irc.test 366 me #a :End', 'PONG irc.test f1'];
