// Every fault at every await of the connection layer, against a small honest server on a link without keys.
import { FairleadError } from '@fairlead/errors';
import {
  type ChaosLimits,
  type ChaosSubject,
  type ChaosWorld,
  chaosSuite,
  markerOf,
  markersIn,
} from '@fairlead/testkit/chaos';
import { connect as connectTransport, type Transport } from '@fairlead/transport';
import { clientOver } from '../src/client.ts';
import type { CallOptions, SshClient } from '../src/index.ts';
import { SshReader } from '../src/wire/ssh-reader.ts';
import { type ServerBehaviour, type ServerChannel, serveConnection } from './support/connection-server.ts';
import { PlainLink, PlainPeer } from './support/plain-link.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Answers with the command and its input. */
async function run(command: string, channel: ServerChannel): Promise<void> {
  const input = await channel.readText();
  await channel.write(`${command}:${input}`);
  await channel.exit(0);
  await channel.eof();
  await channel.close();
}

function behaviour(world: ChaosWorld): ServerBehaviour {
  return {
    open: ({ type }, channel) => {
      if (world.refuses()) return type === 'session' ? 4 : 2;
      if (type !== 'direct-tcpip') return undefined;
      void echo(channel, world).catch(() => undefined);
      return undefined;
    },
    request: ({ name, body }, channel) => {
      if (name !== 'exec') return false;
      const command = new SshReader(body).text();
      for (const marker of markersIn(command)) world.saw(marker);
      void Promise.resolve()
        .then(() => run(command, channel))
        .catch(() => undefined);
      return true;
    },
    global: (name) => (name === 'tcpip-forward' ? new Uint8Array(0) : undefined),
  };
}

async function echo(channel: ServerChannel, world: ChaosWorld): Promise<void> {
  for (let input = await channel.read(); input !== undefined; input = await channel.read()) {
    for (const marker of markersIn(text(input))) world.saw(marker);
    await channel.write(input);
  }
  await channel.eof();
  await channel.close();
}

async function output(
  ssh: SshClient,
  command: string,
  limits: CallOptions,
  stdin?: Uint8Array,
): Promise<string> {
  const process = await ssh.exec(command, { ...limits, stdin });
  const { stdout } = await process.output();
  return text(stdout);
}

/** Sends a marker through a forward and reads it back. */
async function through(ssh: SshClient, limits: ChaosLimits, marker: string): Promise<void> {
  const { signal, timeoutMs } = limits;
  const forward = await ssh.forward('echo.test', 7, { signal, connectTimeoutMs: timeoutMs });
  const timer = setTimeout(
    () => forward.destroy(new FairleadError('timeout', 'The echo is late')),
    timeoutMs,
  );
  try {
    await forward.write(bytes(marker));
    if ((await forward.read(marker.length)) === undefined)
      throw new FairleadError('connection_lost', 'No echo');
  } finally {
    clearTimeout(timer);
    await forward.close();
  }
}

const subject: ChaosSubject<SshClient> = {
  name: 'SSH channels',
  refuses: true,
  serve: async (server, world) => {
    await serveConnection(new PlainPeer(server), behaviour(world));
  },
  connect: async (connector, { signal, timeoutMs }) => {
    const transport: Transport = await (connector ?? connectTransport)(
      { hostname: 'ssh.test', port: 22 },
      { signal, connectTimeoutMs: timeoutMs },
    );
    const link = new PlainLink(transport);
    const server = {
      software: '',
      hostKey: { algorithm: '', fingerprint: '' },
      banner: '',
      algorithms: link.algorithms,
    };
    return clientOver({ link, server }, { keepAliveMs: 15_000, timeoutMs: 5_000 });
  },
  calls: {
    'a command': (ssh, limits, marker) => output(ssh, marker, limits),
    'two commands': (ssh, limits, marker) => [
      output(ssh, markerOf(marker, 0), limits),
      output(ssh, markerOf(marker, 1), limits),
    ],
    'a command with input': (ssh, limits, marker) => output(ssh, marker, limits, new Uint8Array(150_000)),
    'a forward': through,
  },
  probe: async (ssh, limits) => (await output(ssh, 'probe', limits)) === 'probe:',
  close: (ssh) => ssh.close(),
};

chaosSuite(subject);
