// What the stack tests of workerd and of Node share: every call that fails names its caller. It is no test by itself.
import { scriptedPeer } from '@fairlead/testkit';
import { connect, FairleadError, type RedisClient, Script, scan, subscribe, tracking } from '../src/index.ts';
import { cmds, confirmed, HELLO_REPLY } from './wire.ts';

type Call = (client: RedisClient) => Promise<unknown>;

/** Calls that a server, its end, or their own limits let fail. */
const CALLS: Readonly<Record<string, Call>> = {
  get: async (client) => await client.get('k'),
  'a shaped reply': async (client) => await client.hgetall('h'),
  send: async (client) => await client.send('GET', 'k'),
  ready: async (client) => await client.ready(),
  exec: async (client) => await client.multi().get('k').exec(),
  script: async (client) => await new Script('return 1').run(client),
  scan: async (client) => await scan(client).next(),
  subscribe: async (client) => await subscribe(client, ['c']),
  tracking: async (client) => await tracking(client),
  all: async (client) => await Promise.all([client.get('k')]),
};

/** Ways in which a connection ends under a call. */
const ENDS = ['error', 'close', 'timeout', 'abort', 'closed', 'usage'] as const;

async function stackOf(call: Call, end: (typeof ENDS)[number]): Promise<string> {
  const peer = scriptedPeer().expect(cmds('HELLO 3', 'PING')).send(`${HELLO_REPLY}+PONG\r\n`);
  const abort = new AbortController();
  const whole = await connect({ hostname: 'cache.test', connector: peer.connector });
  await whole.ready();
  peer.expect('*');
  if (end === 'error') peer.send('-ERR no\r\n'.repeat(3));
  if (end === 'close') peer.close();
  if (end === 'abort') peer.call(() => abort.abort());
  if (end === 'closed') await whole.close();
  const client = whole.with({ signal: abort.signal, timeoutMs: end === 'timeout' ? 20 : 5_000 });
  const theCaller = async (): Promise<unknown> => await call(client);
  const stack = await theCaller().then(
    () => 'It did not fail.',
    (error: Error) => error.stack ?? '',
  );
  return stack;
}

/** The stacks of all calls, for each way to end: by name. */
export async function stacks(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const [name, call] of Object.entries(CALLS)) {
    for (const end of ENDS.filter((each) => each !== 'usage'))
      found.set(`${name}, ${end}`, await stackOf(call, end));
  }
  const usage: Call = async (client) => await client.set('k', null as never);
  found.set('set, usage', await stackOf(usage, 'usage'));
  found.set('connect, password', await stackOf(() => connectLate('password'), 'usage'));
  found.set('connect, dial', await stackOf(() => connectLate('dial'), 'usage'));
  found.set('a loop', await stackOf(nextMessage, 'close'));
  return found;
}

/** Connects where something fails later. */
async function connectLate(what: 'password' | 'dial'): Promise<unknown> {
  const failing = async (): Promise<never> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    throw new FairleadError('connect_failed', 'It failed.');
  };
  if (what === 'password') return await connect({ password: failing, connector: scriptedPeer().connector });
  return await connect({ connector: failing });
}

/** The next message of a subscription whose connection ends. */
const nextMessage: Call = async () => {
  const peer = scriptedPeer()
    .expect(cmds('HELLO 3', 'SUBSCRIBE c'))
    .send(HELLO_REPLY + confirmed('subscribe', 'c', 1));
  const client = await connect({ hostname: 'cache.test', connector: peer.connector });
  const subscription = await subscribe(client, ['c']);
  peer.close();
  return await subscription.next();
};
