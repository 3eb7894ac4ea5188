// How many times a connection waits for the server, counted by a proxy between both.
import { faultProxyControl } from '@fairlead/testkit';
import { expect, inject, it } from 'vitest';
import { connect } from '../src/index.ts';

const { fingerprint } = inject('shellServer');
const { port, controlUrl } = inject('distantServer');
const proxy = faultProxyControl(controlUrl);

it('connects in three round trips, starts a command in two, and has the first answer of a subsystem in two', async () => {
  const login = { username: 'app', password: 'secret', fingerprint };
  await using ssh = await connect({ hostname: '127.0.0.1', port, ...login });
  expect((await proxy.stats()).roundTrips).toBe(3);
  // A command that goes on: the end of one would be answered.
  await using _ = await ssh.exec('cat', { stdin: 'pipe' });
  expect((await proxy.stats()).roundTrips).toBe(5);
  const input = new TextEncoder().encode('hello');
  await using subsystem = await ssh.subsystem('echo', { input });
  expect(await subsystem.read(input.length)).toEqual(input);
  expect((await proxy.stats()).roundTrips).toBe(7);
});
