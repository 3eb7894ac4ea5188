// Against ssh2's server: each cipher, MAC and key exchange method, and new keys in mid-stream by both sides.
import { describe, expect, inject, it } from 'vitest';
import { chacha20Poly1305 } from '../src/chacha20/index.ts';
import { checksum, RawInput, rawCommand, readAll } from './support/raw-session.ts';

const MIB = 1 << 20;
const ports = Object.entries(inject('ssh2')).filter(([name]) => !name.startsWith('diffie'));

function portOf(name: string): number {
  return inject('ssh2')[name] ?? 0;
}

function pattern(bytes: number): Uint8Array {
  const content = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at++) content[at] = (at * 7 + (at >> 8)) & 0xff;
  return content;
}

/** Sends and takes the same bytes. @returns What was negotiated. */
async function echo(port: number, bytes: number, rekeyAfterBytes?: number) {
  const command = await rawCommand(port, 'echo', { rekeyAfterBytes, ciphers: [chacha20Poly1305] });
  const { link } = command;
  const content = pattern(bytes);
  const input = new RawInput(command);
  const [got] = await Promise.all([readAll(link, (more) => input.grow(more)), input.write(content)]);
  expect(got).toEqual([bytes, checksum(0, content)]);
  const { algorithms } = link;
  link.destroy(new Error('the test has ended'));
  return algorithms;
}

describe('ssh2', () => {
  it.each(ports)('%s', async (name, port) => {
    const algorithms = await echo(port, 300_000, 100_000);
    const [first = '', mac] = name.split(' ');
    expect(Object.values(algorithms)).toContain(first);
    if (mac !== undefined) expect(algorithms.macToClient).toBe(mac);
  });

  it('begins key exchanges itself in the middle of its output', async () => {
    const { link } = await rawCommand(portOf('aes256-gcm@openssh.com'), `rekey ${4 * MIB}`);
    expect((await readAll(link))[0]).toBe(4 * MIB);
    link.destroy(new Error('the test has ended'));
  });

  it('takes and gives 8 MiB with new keys after each', async () => {
    await echo(portOf('aes128-gcm@openssh.com'), 8 * MIB, MIB);
  });

  it('has no common key exchange: both lists are told', async () => {
    const opened = rawCommand(portOf('diffie-hellman-group14-sha256'), 'echo');
    await expect(opened).rejects.toMatchObject({
      code: 'protocol',
      server: { fields: { kind: 'key exchange', server: expect.stringContaining('group14') } },
    });
  });

  it('has no common cipher: the export that helps is named', async () => {
    const port = portOf('chacha20-poly1305@openssh.com');
    const opened = rawCommand(port, 'echo', { ciphers: [] });
    await expect(opened).rejects.toThrow('@fairlead/ssh/chacha20');
  });
});
