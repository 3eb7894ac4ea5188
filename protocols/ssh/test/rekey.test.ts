// New keys at every moment of channels: while they open, run, are aborted, refused and closed, by both sides.
import { equalBytes } from '@fairlead/bytes';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { clientOver } from '../src/client.ts';
import type { SshClient } from '../src/index.ts';
import { decodeMessage } from '../src/wire/channels/decode.ts';
import { SshReader } from '../src/wire/ssh-reader.ts';
import { type ServerChannel, serveConnection } from './support/connection-server.ts';
import { Dice, SEED } from './support/dice.ts';
import { linkPair, type ServerLink } from './support/server-link.ts';

expectNoUnhandledRejection();

/** Writes its input back, then ends. */
async function echo(channel: ServerChannel): Promise<void> {
  for (let input = await channel.read(); input !== undefined; input = await channel.read()) {
    await channel.write(input);
  }
  await channel.exit(0);
  await channel.eof();
  await channel.close();
}

function serve(server: ServerLink, dice: Dice): void {
  const stream = {
    // Not awaited: what is held goes on by reading alone.
    send: async (payload: Uint8Array) => void server.send(payload),
    next: async () => {
      const payload = await server.receive();
      return payload === undefined || payload[0] === 1 ? undefined : decodeMessage(payload);
    },
  };
  const serving = serveConnection(stream, {
    window: 40_000,
    open: ({ type }, channel) => {
      if (dice.below(8) === 0) return 4;
      if (type === 'direct-tcpip') void echo(channel).catch(() => undefined);
      return undefined;
    },
    request: ({ name, body }, channel) => {
      if (name !== 'exec' || new SshReader(body).text() === 'refuse') return false;
      void echo(channel).catch(() => undefined);
      return true;
    },
  });
  serving.catch(() => undefined);
}

/** A signal that fires behind so many steps of whatever else goes on. */
function abortSoon(steps: number): AbortSignal {
  const abort = new AbortController();
  void (async () => {
    for (let step = 0; step < steps; step++) await crypto.subtle.digest('SHA-256', new Uint8Array(8));
    abort.abort();
  })();
  return abort.signal;
}

async function call(ssh: SshClient, dice: Dice): Promise<void> {
  const content = new Uint8Array(dice.below(90_000)).map((_, at) => (at * 7) & 0xff);
  const signal = dice.below(3) === 0 ? abortSoon(dice.below(60)) : undefined;
  const kind = dice.below(4);
  if (kind === 0) {
    await ssh.ping({ signal });
    return;
  }
  if (kind === 1) {
    const forward = await ssh.forward('echo.test', 7, { signal });
    const writing = forward.write(content).catch(() => undefined);
    for (let left = content.length; left > 0; ) left -= (await forward.read())?.length ?? left;
    await writing;
    await forward.close();
    return;
  }
  const process = await ssh.exec(kind === 2 ? 'echo' : dice.pick(['echo', 'refuse']), {
    stdin: content,
    signal,
  });
  if (dice.below(6) === 0) {
    await process.close();
    return;
  }
  const { stdout, code } = await process.output();
  expect(code).toBe(0);
  expect(equalBytes(stdout, content)).toBe(true);
}

describe.each([true, false])('channels with new keys all the time, strict: %s', (strict) => {
  it.each(Array.from({ length: 1 }, (_, n) => n))('run %i', async (run) => {
    const dice = new Dice(SEED + run);
    const rekeyAfterBytes = dice.pick([1, 5_000, 30_000, 1 << 30]);
    const [link, server] = await linkPair({ strict }, { rekeyAfterBytes });
    const hostKey = { algorithm: '', fingerprint: '' };
    const info = { software: '', hostKey, banner: '', algorithms: link.algorithms };
    serve(server, dice);
    const ssh = clientOver({ link, server: info }, { keepAliveMs: 15_000, timeoutMs: 8_000 });
    const codes: Record<string, number> = {};
    const calls = Array.from({ length: 40 }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, n * dice.below(5)));
      if (dice.below(3) === 0 && server.sender.holds === false) server.rekey();
      await call(ssh, dice).then(
        () => (codes.good = (codes.good ?? 0) + 1),
        (error: { code?: string }) => {
          if (error.code === undefined) throw error;
          codes[error.code] = (codes[error.code] ?? 0) + 1;
        },
      );
    });
    await Promise.all(calls);
    // Refused and late ones aside, nothing breaks: the connection is as good as new.
    expect(Object.keys(codes).sort()).not.toContain('connection_lost');
    expect(Object.keys(codes).sort()).not.toContain('protocol');
    await ssh.ping({ timeoutMs: 5_000 });
    expect(codes.good).toBeGreaterThan(5);
    expect(codes.aborted).toBeGreaterThan(0);
    await ssh.close();
    server.transport.destroy(new Error('the test has ended'));
  });
});
