// Vitest's global setup: an SSH server of another hand (ssh2) in Node with commands, a shell, a subsystem, and forwards in both
// directions.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { startFaultProxy } from '@fairlead/testkit/fault-proxy';
import ssh2, { type Connection, type ServerChannel, type Session } from 'ssh2';
import type { TestProject } from 'vitest/node';
import { ed25519KeyPair } from './support/ssh2-key.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server whose user `app` has the password `secret`. */
    shellServer: { readonly port: number; readonly fingerprint: string; readonly echoPort: number };
    /** The same server, 20 ms away, behind a proxy that counts round trips. */
    distantServer: { readonly port: number; readonly controlUrl: string };
  }
}

const servers: { close(done: () => void): unknown }[] = [];

export async function setup(project: TestProject): Promise<void> {
  const hostKey = ed25519KeyPair();
  const server = new ssh2.Server({ hostKeys: [hostKey.private], banner: 'Be kind.' }, serve);
  const echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  const port = await listen(server);
  const echoPort = await listen(echo);
  const blob = Buffer.from(hostKey.public.split(' ')[1] ?? '', 'base64');
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', blob));
  const fingerprint = `SHA256:${Buffer.from(hash).toString('base64').replace(/=+$/, '')}`;
  project.provide('shellServer', { port, fingerprint, echoPort });
  const delay = { delayMs: 10 };
  const proxy = await startFaultProxy({ upstream: { port }, plan: { toServer: delay, toClient: delay } });
  servers.push({ close: (done) => proxy.close().then(done) });
  project.provide('distantServer', { port: proxy.port, controlUrl: proxy.controlUrl });
}

export async function teardown(): Promise<void> {
  await Promise.all(servers.map((one) => new Promise<void>((resolve) => one.close(() => resolve()))));
}

async function listen(server: ssh2.Server | Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function serve(client: Connection): void {
  client.on('error', () => undefined);
  client.on('authentication', (context) => {
    if (context.method === 'password' && context.username === 'app' && context.password === 'secret')
      context.accept();
    else context.reject(['password']);
  });
  client.on('session', (accept) => serveSession(accept()));
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    const socket = connect(destPort, destIP);
    socket.on('error', () => reject());
    socket.on('connect', () => {
      const channel = accept();
      channel.on('error', () => undefined);
      channel.pipe(socket).pipe(channel);
    });
  });
  client.on('openssh.streamlocal' as 'tcpip', (accept: () => ServerChannel) => {
    const channel = accept();
    channel.pipe(channel);
  });
  client.on('request', (accept, reject, name, info) => {
    if (name !== 'tcpip-forward') return void reject?.();
    const { bindAddr, bindPort } = info as { bindAddr: string; bindPort: number };
    const server = createServer((socket) => {
      const { remoteAddress = '', remotePort = 0, localPort = bindPort } = socket;
      client.forwardOut(bindAddr, localPort, remoteAddress, remotePort, (error, channel) => {
        if (error) socket.destroy();
        else socket.pipe(channel).pipe(socket);
      });
    });
    client.on('close', () => server.close());
    server.listen(bindPort, '127.0.0.1', () => accept?.((server.address() as AddressInfo).port));
  });
}

function serveSession(session: Session): void {
  const env: Record<string, string> = {};
  let size = '';
  session.on('env', (accept, _reject, { key, val }) => {
    env[key] = val;
    accept?.();
  });
  session.on('pty', (accept, _reject, { cols, rows }) => {
    size = `${cols}x${rows}`;
    accept?.();
  });
  session.on('exec', (accept, reject, { command }) => {
    if (command === 'refuse') reject();
    else run(command, accept(), env);
  });
  session.on('subsystem', (accept) => {
    const channel = accept();
    channel.pipe(channel);
  });
  session.on('shell', (accept) => {
    const channel = accept();
    session.on('window-change', (_accept, _reject, { cols, rows }) =>
      channel.write(`now ${cols}x${rows}\r\n`),
    );
    channel.write(`${size}\r\n`);
    channel.on('data', (typed: Buffer) => {
      if (typed.includes('q')) channel.end(() => channel.exit(0));
      else channel.write(typed);
    });
  });
}

function run(command: string, channel: ServerChannel, env: Readonly<Record<string, string>>): void {
  channel.on('error', () => undefined);
  const [name, argument = ''] = command.split(' ');
  const end = (code: number): void => {
    channel.exit(code);
    channel.end();
  };
  if (name === 'cat') {
    channel.on('end', () => end(0));
    channel.pipe(channel, { end: false });
  } else if (name === 'both') {
    channel.stderr.write('complaint');
    channel.write(`${argument} ${JSON.stringify(env)}`);
    end(3);
  } else if (name === 'source') {
    channel.write(Buffer.alloc(Number(argument), 'x'), () => end(0));
  } else if (name === 'signal') {
    channel.exit('KILL', true, 'out of memory');
    channel.end();
  } else if (name !== 'hang') end(127);
}
