// FTP: vsftpd behind faulty links, one for commands and one for data. Round trips, slow and cut links, silence.
import { connect } from '@fairlead/ftp';
import { faultProxyControl } from '@fairlead/testkit';
import { beforeEach, expect, inject, it } from 'vitest';
import { gathered } from './ftp.ts';
import { someBytes, textOf } from './ssh.ts';
import { failure, sameBytes } from './support.ts';

const { faults } = inject('servers').vsftpd['3.0.5'];
const commands = faultProxyControl(faults.commands.controlUrl);
const data = faultProxyControl(faults.data.controlUrl);
const login = {
  hostname: '127.0.0.1',
  port: faults.commands.port,
  tls: false,
  username: 'app',
  password: 'app-password',
} as const;
const SLOW = { toServer: { delayMs: 20 }, toClient: { delayMs: 20 } };

beforeEach(async () => {
  await commands.setPlan({});
  await data.setPlan({});
});

it('in one-byte segments: the same listing and the same file', async () => {
  const bytewise = { toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } };
  await commands.setPlan(bytewise);
  await data.setPlan(bytewise);
  await using ftp = await connect(login);
  expect(await gathered(ftp.list('names'))).toHaveLength(6);
  expect(textOf(await ftp.bytes('many/entry-001.txt'))).toBe('entry 001\n');
});

it('a small file costs two round trips of commands besides the data connection', async () => {
  await commands.setPlan(SLOW);
  await data.setPlan(SLOW);
  await using ftp = await connect(login);
  await ftp.noop();
  await commands.clearStats();
  await data.clearStats();
  for (const number of [1, 2, 3]) await ftp.bytes(`many/entry-00${number}.txt`);
  // EPSV and RETR. The connection of the proxy for data itself is at once.
  expect((await commands.stats()).roundTrips).toBeLessThanOrEqual(2 * 3);
  expect((await data.stats()).connections).toBe(3);
});

it('data that is cut is an error, although bytes came', async () => {
  await data.setPlan({ toClient: { cut: { atByte: 1_000_000, how: 'end' } } });
  await using ftp = await connect(login);
  const error = await failure(ftp.bytes('large.bin'));
  expect(error.code).toMatch(/^(connection_lost|server)$/);
});

it('data that is reset in the middle of an upload is an error, and the rest follows with `resume`', async () => {
  await data.setPlan({ toServer: { cut: { atByte: 500_000, how: 'reset' } } });
  const path = `cut-${crypto.randomUUID()}`;
  const bytes = someBytes(12_000_000);
  {
    await using ftp = await connect(login);
    // Behind Docker's proxy vsftpd sees an end instead of a reset, and says 226 in the middle.
    expect((await failure(ftp.put(path, bytes))).code).toMatch(/^(connection_lost|server|protocol)$/);
  }
  await data.setPlan({});
  await using ftp = await connect(login);
  const { skipped } = await ftp.put(path, bytes, { resume: true });
  expect(skipped).toBeLessThanOrEqual(500_000);
  expect(sameBytes(await ftp.bytes(path), bytes)).toBe(true);
  await ftp.remove(path);
});

it('a reset that the server takes for the end of a small upload is found by its size', async () => {
  await data.setPlan({ toServer: { cut: { atByte: 50_000, how: 'reset' } } });
  const path = `cut-${crypto.randomUUID()}`;
  await using ftp = await connect(login);
  const error = await failure(ftp.put(path, someBytes(100_000), { atomic: true }));
  expect(error.code).toMatch(/^(connection_lost|server)$/);
  expect((await failure(ftp.size(path))).code).toBe('server');
});

it('data that stops coming ends at the limit of silence', async () => {
  await data.setPlan({ toClient: { cut: { atByte: 100_000, how: 'stall' } } });
  await using ftp = await connect({ ...login, replyTimeoutMs: 1_500 });
  expect((await failure(ftp.bytes('large.bin'))).code).toBe('timeout');
});

it('commands that are cut: `connection_lost`', async () => {
  await using ftp = await connect(login);
  await commands.resetAll();
  expect((await failure(ftp.noop())).code).toBe('connection_lost');
  await ftp.closed;
});

it('silence instead of a greeting ends at the time limit', async () => {
  await commands.setPlan({ toClient: { cut: { atByte: 0, how: 'stall' } } });
  expect((await failure(connect({ ...login, connectTimeoutMs: 300 }))).code).toBe('connect_timeout');
});
