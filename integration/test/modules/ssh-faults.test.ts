// SSH: OpenSSH behind a faulty link. Round trips, slow and cut links, silence.
import { connect } from '@fairlead/ssh';
import { openSftp } from '@fairlead/ssh/sftp';
import { concatBytes, faultProxyControl } from '@fairlead/testkit';
import { beforeEach, expect, inject, it } from 'vitest';
import { knownHosts, someBytes, textOf } from './ssh.ts';
import { failure, sameBytes } from './support.ts';

const { proxies, sshKeys } = inject('servers');
const { port, controlUrl } = proxies.ssh;
const control = faultProxyControl(controlUrl);
const login = {
  hostname: 'localhost',
  port,
  username: 'app',
  knownHosts: knownHosts(port),
  privateKey: sshKeys.user.ed25519.privateKey,
};
const SLOW = { toServer: { delayMs: 20 }, toClient: { delayMs: 20 } };

beforeEach(() => control.setPlan({}));

it('in one-byte segments: the same output', async () => {
  await control.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
  await using ssh = await connect(login);
  const process = await ssh.exec('echo ahoy');
  expect(textOf((await process.output()).stdout)).toBe('ahoy\n');
});

it('connects and runs a command in five round trips', async () => {
  await control.setPlan(SLOW);
  await control.clearStats();
  await using ssh = await connect(login);
  const process = await ssh.exec('echo ahoy');
  expect(textOf((await process.output()).stdout)).toBe('ahoy\n');
  // Identification and key exchange, the exchange itself, the login, the channel, the command.
  expect((await control.stats()).roundTrips).toBeLessThanOrEqual(6);
});

it('4 MiB by SFTP at 40 ms a round trip, without a wait for each piece', async () => {
  await control.setPlan(SLOW);
  await using ssh = await connect(login);
  await using sftp = await openSftp(ssh);
  const path = `slow-${crypto.randomUUID()}`;
  const bytes = someBytes(4 * 1_048_576);
  await sftp.put(path, bytes);
  const startedAt = performance.now();
  expect(sameBytes(await sftp.get(path), bytes)).toBe(true);
  // One request after another would take 5 s.
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  await sftp.remove(path);
});

it('a cut in the middle of a download: `connection_lost`, and the rest follows by `start`', async () => {
  const path = `cut-${crypto.randomUUID()}`;
  const bytes = someBytes(2_000_000);
  {
    await using ssh = await connect(login);
    await using sftp = await openSftp(ssh);
    await sftp.put(path, bytes);
  }
  await control.setPlan({ toClient: { cut: { atByte: 700_000, how: 'reset' } } });
  const parts: Uint8Array[] = [];
  let count = 0;
  {
    await using ssh = await connect(login);
    await using sftp = await openSftp(ssh);
    const reading = async (): Promise<void> => {
      for await (const chunk of sftp.readable(path)) {
        parts.push(chunk.slice());
        count += chunk.length;
      }
    };
    expect((await failure(reading())).code).toBe('connection_lost');
    await ssh.closed;
  }
  await control.setPlan({});
  await using ssh = await connect(login);
  await using sftp = await openSftp(ssh);
  parts.push(await sftp.get(path, { start: count }));
  expect(sameBytes(concatBytes(parts), bytes)).toBe(true);
  await sftp.remove(path);
});

it('a cut during a command: `connection_lost`, not safe to retry', async () => {
  await using ssh = await connect(login);
  const process = await ssh.exec('sleep 60');
  await control.resetAll();
  expect(await failure(process.output())).toMatchObject({ code: 'connection_lost', safeToRetry: false });
  expect((await failure(ssh.exec('true'))).code).toMatch(/^(connection_lost|closed)$/);
});

it('silence from the first byte on ends at the time limit', async () => {
  await control.setPlan({ toClient: { cut: { atByte: 0, how: 'stall' } } });
  const error = await failure(connect({ ...login, connectTimeoutMs: 300 }));
  expect(error).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
});

it('silence in the middle ends by signs of life that do not come back', async () => {
  await control.setPlan({ toClient: { cut: { atByte: 6_000, how: 'stall' } } });
  await using ssh = await connect({ ...login, keepAliveMs: 100 });
  const process = await ssh.exec('cat /dev/zero');
  expect((await failure(process.output())).code).toMatch(/^(connection_lost|timeout)$/);
});
