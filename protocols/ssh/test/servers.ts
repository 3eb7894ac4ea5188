// Vitest's global setup: SSH servers of another hand (ssh2) in Node, one for each cipher, MAC and key exchange method. Everybody may log
// in; `echo` gives back what it is sent, `source N` sends N bytes, `rekey N` as well, with new keys after each 64 KiB.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import type { TestProject } from 'vitest/node';
import { ed25519KeyPair } from './support/ssh2-key.ts';

/** What a server is restricted to. */
type Algorithms = Record<'kex' | 'cipher' | 'hmac', string>;

declare module 'vitest' {
  interface ProvidedContext {
    /** The ports, by the name of what the server has alone. */
    ssh2: Readonly<Record<string, number>>;
  }
}

const DEFAULTS: Algorithms = {
  kex: 'curve25519-sha256',
  cipher: 'aes256-gcm@openssh.com',
  hmac: 'hmac-sha2-256',
};
const SERVERS: readonly Partial<Algorithms>[] = [
  { kex: 'curve25519-sha256@libssh.org' },
  { kex: 'ecdh-sha2-nistp256' },
  { kex: 'ecdh-sha2-nistp384' },
  { kex: 'diffie-hellman-group14-sha256' },
  { cipher: 'aes256-gcm@openssh.com' },
  { cipher: 'aes128-gcm@openssh.com' },
  { cipher: 'chacha20-poly1305@openssh.com' },
  ...['aes128-ctr', 'aes256-ctr'].flatMap((cipher) =>
    ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'].map(
      (hmac) => ({ cipher, hmac }),
    ),
  ),
];

const servers: ssh2.Server[] = [];

export async function setup(project: TestProject): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsa = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const ed25519 = ed25519KeyPair().private;
  const ports: Record<string, number> = {};
  for (const restricted of SERVERS) {
    const name = Object.values(restricted).join(' ');
    ports[name] = await listen([ed25519, rsa], { ...DEFAULTS, ...restricted });
  }
  project.provide('ssh2', ports);
}

export async function teardown(): Promise<void> {
  await Promise.all(servers.map((one) => new Promise<void>((resolve) => one.close(() => resolve()))));
}

async function listen(hostKeys: string[], { kex, cipher, hmac }: Algorithms): Promise<number> {
  // The types name the algorithms one by one.
  const algorithms = { kex: [kex], cipher: [cipher], hmac: [hmac] } as unknown as ssh2.Algorithms;
  const server = new ssh2.Server({ hostKeys, algorithms }, serve);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function serve(client: Connection): void {
  client.on('error', () => undefined);
  client.on('authentication', (context) => context.accept());
  client.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, { command }) => run(client, acceptExec(), command));
  });
}

function run(client: Connection, channel: ServerChannel, command: string): void {
  channel.on('error', () => undefined);
  const [name, count] = command.split(' ');
  if (name === 'echo') {
    channel.pipe(channel);
    return;
  }
  let left = Number(count);
  const more = (): void => {
    while (left > 0) {
      const size = Math.min(65_536, left);
      left -= size;
      if (name === 'rekey') client.rekey();
      if (!channel.write(Buffer.alloc(size, left / 65_536))) {
        channel.once('drain', more);
        return;
      }
    }
    channel.exit(0);
    channel.end();
  };
  more();
}
