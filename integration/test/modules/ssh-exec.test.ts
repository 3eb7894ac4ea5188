// SSH: commands and shells at OpenSSH, Dropbear and AsyncSSH. What goes in, what comes out, how they end.
import { connect } from '@fairlead/ssh';
import { describe, expect, inject, it } from 'vitest';
import { login, namesOf, SHELL_SERVERS, sha256, someBytes, textOf } from './ssh.ts';
import { failure, sameBytes } from './support.ts';

const { openssh, otherSsh } = inject('servers');

const MEGABYTE = 1_048_576;

describe.each(namesOf(SHELL_SERVERS))('%s', (name) => {
  const at = login(SHELL_SERVERS[name]);

  it('runs a command: both outputs apart, and its exit status', async () => {
    await using ssh = await connect(at);
    const process = await ssh.exec('echo out; echo err >&2; exit 3');
    const { stdout, stderr, code, signal } = await process.output();
    expect([textOf(stdout), textOf(stderr), code, signal]).toEqual(['out\n', 'err\n', 3, undefined]);
  });

  it('a command that is ended by a signal', async () => {
    await using ssh = await connect(at);
    const process = await ssh.exec('kill -TERM $$');
    expect(await process.output()).toMatchObject({ signal: 'TERM', code: undefined });
  });

  it('1 MiB through `cat`, byte for byte', async () => {
    await using ssh = await connect(at);
    const bytes = someBytes(MEGABYTE);
    const process = await ssh.exec('cat', { stdin: bytes });
    const { stdout, code } = await process.output();
    expect(code).toBe(0);
    expect(sameBytes(stdout, bytes)).toBe(true);
  });

  it('what is written to stdin piece by piece, until it is closed', async () => {
    await using ssh = await connect(at);
    const process = await ssh.exec('sha256sum', { stdin: 'pipe' });
    const writer = process.stdin.getWriter();
    const bytes = someBytes(300_000);
    for (let start = 0; start < bytes.length; start += 30_000) {
      await writer.write(bytes.subarray(start, start + 30_000));
    }
    await writer.close();
    const { stdout } = await process.output();
    expect(textOf(stdout)).toContain(await sha256(bytes));
  });

  it('eight commands side by side, each with its own answer', async () => {
    await using ssh = await connect(at);
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
    const outputs = numbers.map(async (number) => {
      const process = await ssh.exec(`sleep 0.0${9 - number}; echo ${number}; exit ${number}`);
      const { stdout, code } = await process.output();
      return [textOf(stdout), code];
    });
    expect(await Promise.all(outputs)).toEqual(numbers.map((number) => [`${number}\n`, number]));
  });

  it('a reader that stops stops the command, and others go on', async () => {
    await using ssh = await connect(at);
    const endless = await ssh.exec('cat /dev/zero');
    const reader = endless.stdout.getReader();
    expect((await reader.read()).done).toBe(false);
    const other = await ssh.exec('echo ahoy');
    expect(textOf((await other.output()).stdout)).toBe('ahoy\n');
    await reader.cancel();
    await endless.close();
    await ssh.ping();
  });

  it('an abort ends one command, and the connection goes on', async () => {
    await using ssh = await connect(at);
    const stop = new AbortController();
    const process = await ssh.exec('sleep 60', { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    expect((await failure(process.output())).code).toBe('aborted');
    await ssh.ping();
  });
});

describe.each(namesOf(SHELL_SERVERS).filter((name) => name !== 'AsyncSSH'))('a shell at %s', (name) => {
  const at = login(SHELL_SERVERS[name]);

  it('has a terminal of the size that was asked for, and of the new size after a resize', async () => {
    await using ssh = await connect(at);
    const shell = await ssh.shell({ columns: 91, rows: 27, term: 'vt100' });
    const writer = shell.writable.getWriter();
    const reader = shell.readable.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    const until = async (text: string): Promise<void> => {
      while (!seen.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the shell ended after: ${seen}`);
        seen += value;
      }
    };
    const type = (text: string) => writer.write(new TextEncoder().encode(text));
    await type('echo "[$(stty size) $TERM]"\n');
    await until('[27 91 vt100]');
    shell.resize(100, 50);
    await type('echo "[$(stty size)]"\n');
    await until('[50 100]');
    await type('exit 4\n');
    expect(await shell.exit).toMatchObject({ code: 4 });
  });
});

describe.each(['9.2', '10.0', '10.6'] as const)('OpenSSH %s', (version) => {
  const { port, rekeyPort } = openssh[version];

  it('sets the variables that it allows', async () => {
    await using ssh = await connect(login(port));
    const env = { FAIRLEAD_HARBOUR: 'Göteborg', LD_PRELOAD: '/tmp/x.so' };
    const process = await ssh.exec('echo "$FAIRLEAD_HARBOUR,$LD_PRELOAD"', { env });
    expect(textOf((await process.output()).stdout)).toBe('Göteborg,\n');
  });

  it('new keys every megabyte, in the middle of 3 MiB each way', async () => {
    await using ssh = await connect(login(rekeyPort));
    const bytes = someBytes(3 * MEGABYTE);
    const process = await ssh.exec('cat', { stdin: bytes });
    const { stdout } = await process.output();
    expect(sameBytes(stdout, bytes)).toBe(true);
  });

  it('new keys that we ask for, in the middle of 3 MiB each way', async () => {
    await using ssh = await connect({ ...login(port), rekeyAfterBytes: MEGABYTE });
    const bytes = someBytes(3 * MEGABYTE);
    const process = await ssh.exec('cat', { stdin: bytes });
    const { stdout } = await process.output();
    expect(sameBytes(stdout, bytes)).toBe(true);
  });

  it('an eleventh channel is refused, and may be asked for again', async () => {
    await using ssh = await connect(login(port));
    const open = await Promise.all(Array.from({ length: 10 }, () => ssh.exec('cat', { stdin: 'pipe' })));
    const error = await failure(ssh.exec('true'));
    expect(error).toMatchObject({ safeToRetry: true });
    await open[0]?.close();
    const process = await ssh.exec('echo again');
    expect(textOf((await process.output()).stdout)).toBe('again\n');
  });

  it('a signal that is sent arrives', async () => {
    await using ssh = await connect(login(port));
    // A server that has not started the command yet loses the signal.
    const process = await ssh.exec('echo started; exec sleep 60');
    await process.stdout.getReader().read();
    process.kill('TERM');
    expect(await process.exit).toMatchObject({ signal: 'TERM', code: undefined });
  });
});

describe('endings of AsyncSSH', () => {
  it('a signal with its message, after output', async () => {
    await using ssh = await connect(login(otherSsh.asyncssh));
    const process = await ssh.exec('odd signal');
    const { stderr, ...exit } = await process.output();
    expect(textOf(stderr)).toBe('about to end\n');
    expect(exit).toMatchObject({ signal: 'TERM', message: 'it was time', coreDumped: true, code: undefined });
  });

  it('no status at all', async () => {
    await using ssh = await connect(login(otherSsh.asyncssh));
    const process = await ssh.exec('odd no status');
    const { stdout, ...exit } = await process.output();
    expect(textOf(stdout)).toBe('and nothing more\n');
    expect(exit).toMatchObject({ code: undefined, signal: undefined });
  });

  it('variables are passed on', async () => {
    await using ssh = await connect(login(otherSsh.asyncssh));
    const process = await ssh.exec('odd env', { env: { HARBOUR: 'Göteborg' } });
    expect(textOf((await process.output()).stdout)).toContain('HARBOUR=Göteborg\n');
  });
});
