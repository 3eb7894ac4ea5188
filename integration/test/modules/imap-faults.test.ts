// IMAP: Dovecot behind a faulty link. Round trips and bytes, one-byte segments, cuts and silence.
import { append, connect, download, type ImapOptions, sync } from '@fairlead/imap';
import { faultProxyControl } from '@fairlead/testkit';
import { beforeEach, expect, inject, it } from 'vitest';
import { gathered } from './imap.ts';
import { failure } from './support.ts';

const { port, controlUrl } = inject('servers').proxies.imap;
const proxy = faultProxyControl(controlUrl);
const login: ImapOptions = {
  hostname: '127.0.0.1',
  port,
  tls: false,
  authWithoutTls: 'cleartext',
  mechanisms: ['PLAIN'],
  username: 'app',
  password: 'app-password',
};
const SLOW = { toServer: { delayMs: 20 }, toClient: { delayMs: 20 } };

beforeEach(() => proxy.setPlan({}));

it('the newest ten subjects in four round trips', async () => {
  await proxy.setPlan(SLOW);
  await proxy.clearStats();
  await using imap = await connect(login);
  await imap.examine('Thousand');
  const messages = await gathered(imap.fetch({ newest: 10 }, { envelope: true }));
  expect(messages).toHaveLength(10);
  expect(messages.at(-1)?.envelope?.subject).toBe('Message 1000');
  const { connections, roundTrips } = await proxy.stats();
  expect(connections).toBe(1);
  // The greeting counts as a half; login, EXAMINE and FETCH follow.
  expect(roundTrips).toBeLessThanOrEqual(4);
});

it('an unchanged mailbox of 10,000 is synchronised in four round trips and 4 KB', async () => {
  let state: Awaited<ReturnType<typeof sync>>['state'] | undefined;
  {
    await using imap = await connect(login);
    const first = await sync(imap, 'Many');
    expect(first.changed).toHaveLength(10_000);
    state = first.state;
  }
  await proxy.setPlan(SLOW);
  await proxy.clearStats();
  await using imap = await connect(login);
  const { changed, by } = await sync(imap, 'Many', state);
  expect({ changed, by }).toEqual({ changed: [], by: 'qresync' });
  const stats = await proxy.stats();
  expect(stats.roundTrips).toBeLessThanOrEqual(4);
  expect(stats.bytesFromClient + stats.bytesFromServer).toBeLessThan(4_096);
});

it('in one-byte segments: the same messages', async () => {
  await proxy.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
  await using imap = await connect(login);
  await imap.examine('Odd');
  const messages = await gathered(imap.fetch('1:*', { envelope: true, structure: true }));
  expect(messages).toHaveLength(16);
  expect(messages[1]?.envelope?.subject).toBe('台北');
});

it('a cut in the middle of a literal is an error, never a short body', async () => {
  await proxy.setPlan({ toClient: { cut: { atByte: 1_000_000, how: 'end' } } });
  const imap = await connect(login);
  await imap.examine('Large');
  const read = async (): Promise<void> => {
    for await (const _ of await download(imap, 1, '2'));
  };
  expect((await failure(read())).code).toBe('connection_lost');
  await imap.closed;
});

it('a reset in the middle of an append', async () => {
  await proxy.setPlan({ toServer: { cut: { atByte: 100_000, how: 'reset' } } });
  const imap = await connect(login);
  const error = await failure(append(imap, 'Drafts', 'x'.repeat(1_000_000)));
  expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: false });
  await imap.closed;
});

it('silence ends at the limit', async () => {
  await proxy.setPlan({ toClient: { cut: { atByte: 0, how: 'stall' } } });
  expect((await failure(connect({ ...login, connectTimeoutMs: 300 }))).code).toBe('connect_timeout');
});

it('a cut between two calls: `connection_lost`', async () => {
  const imap = await connect(login);
  await proxy.resetAll();
  expect((await failure(imap.noop())).code).toBe('connection_lost');
  await imap.closed;
});
