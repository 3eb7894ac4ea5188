// Sizes that come faster than the link takes them.
import { deferred } from '@fairlead/client';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from '../src/channels/byte-queue.ts';
import type { Channel } from '../src/channels/channel.ts';
import { ChannelShell } from '../src/shell/shell.ts';
import type { Body } from '../src/wire/channels/encode.ts';
import { SshReader } from '../src/wire/ssh-reader.ts';
import { SshWriter } from '../src/wire/ssh-writer.ts';

describe('resize', () => {
  it('keeps one size back, the last, while the link takes none', async () => {
    const told: number[] = [];
    let accepted = deferred<void>();
    const channel: Pick<Channel, 'output' | 'errors' | 'tell'> & { exit: Promise<unknown> } = {
      output: new ByteQueue(() => undefined),
      errors: new ByteQueue(() => undefined),
      exit: new Promise(() => undefined),
      tell(_name: string, body?: Body) {
        const writer = new SshWriter(100);
        body?.(writer);
        told.push(new SshReader(writer.take()).u32());
        return accepted.promise;
      },
    };
    const shell = new ChannelShell(channel as unknown as Channel);
    for (let columns = 1; columns <= 1_000; columns++) shell.resize(columns, 24);
    expect(told).toEqual([1]);
    const first = accepted;
    accepted = deferred();
    first.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(told).toEqual([1, 1_000]);
    accepted.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    shell.resize(80, 24);
    expect(told).toEqual([1, 1_000, 80]);
    expect(() => shell.resize(0, 24)).toThrow();
  });
});
