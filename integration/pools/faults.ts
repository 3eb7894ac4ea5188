// What happens to a server and to the network in front of it. Each fault ends with its cause removed.
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultProxy, ProxyPlan } from '@fairlead/testkit/fault-proxy';
import type { Restart } from '../servers/restartable.ts';
import { runCommand } from '../setup/command.ts';

/** A server with a fault proxy in front of it. */
export interface Target {
  readonly protocol: 'pg' | 'redis';
  readonly proxy: FaultProxy;
  readonly restart: Restart;
  /** The server's own port, without TLS. */
  readonly port: number;
}

/** The faults, by name. */
export type Fault = 'kill' | 'cut' | 'reset' | 'unsteady' | 'stall';

/** Makes a fault for a while. Settles when the server can be reached again, and answers. */
export async function strike(fault: Fault, target: Target): Promise<void> {
  const { proxy } = target;
  if (fault === 'kill') return killAndStart(target);
  if (fault === 'reset') proxy.resetAll();
  else {
    // Connections that are open keep the plan under which they were accepted: they end.
    proxy.setPlan(PLANS[fault]());
    proxy.resetAll();
    await delay(fault === 'cut' ? 400 : 1_200);
    proxy.setPlan({});
    // Connections that would break later are no part of a network that is well. What is stalled stays so: it has to be noticed.
    if (fault !== 'stall') proxy.resetAll();
  }
  await untilReady(target);
}

const some = (least: number, most: number): number => Math.floor(least + Math.random() * (most - least));

const PLANS: Readonly<Record<'cut' | 'unsteady' | 'stall', () => ProxyPlan>> = {
  cut: () => ({ toServer: { cut: { atByte: 0, how: 'reset' } } }),
  unsteady: () => ({
    toClient: { segmentBytes: some(1, 200), cut: { atByte: some(0, 9_000), how: 'reset' } },
  }),
  stall: () => ({ toClient: { cut: { atByte: some(0, 6_000), how: 'stall' } } }),
};

async function killAndStart(target: Target): Promise<void> {
  await run(target.restart.kill);
  await delay(some(50, 500));
  await run(target.restart.start);
  await untilReady(target);
}

async function run([command = '', ...args]: readonly string[]): Promise<void> {
  // What is killed may be the command's own shell.
  await runCommand(command, args, 20_000);
}

const READY_WITHIN_MS = 30_000;

/** Waits until the server lets callers in. @throws Error when it does not in time. */
async function untilReady({ protocol, port }: Target): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await isReady(protocol, port))) {
    if (performance.now() > until) throw new Error(`${protocol} did not come back`);
    await delay(10);
  }
}

/** A start-up of the user `trusted` without TLS, and the type of the answer that lets it in; a PING, and any answer. */
const HELLO = {
  pg: Buffer.from('\0\0\0\x28\0\x03\0\0user\0trusted\0database\0fairlead\0\0', 'latin1'),
  redis: Buffer.from('PING\r\n'),
};

function isReady(protocol: 'pg' | 'redis', port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const end = (isUp: boolean): void => {
      socket.destroy();
      resolve(isUp);
    };
    socket.on('connect', () => socket.write(HELLO[protocol]));
    socket.on('data', (bytes) => end(protocol === 'redis' || bytes[0] === 0x52));
    for (const event of ['error', 'end', 'timeout'] as const) socket.on(event, () => end(false));
  });
}
