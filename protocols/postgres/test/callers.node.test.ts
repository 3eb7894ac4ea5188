// In Node as in workerd: what a call rejects with leads to whoever made it.
import { describe, expect, it } from 'vitest';
import { connect, open } from '../src/index.ts';
import { Backend, errorResponse } from './support/backend.ts';

const url = 'postgres://app@db.test/shop?sslmode=disable';

describe('errors lead to their callers', () => {
  it.each(['query', 'batch', 'begin', 'stream', 'connect'])('of %s', async (name) => {
    const { connector } = new Backend(() => errorResponse('42601', 'no'));
    const db = open(url, { connector });
    const calls: Record<string, () => Promise<unknown>> = {
      query: () => db.query('x'),
      batch: () => db.batch([['x']]),
      begin: () => db.begin(async () => 1),
      stream: async () => {
        for await (const _ of db.stream('x')) expect.unreachable();
      },
      connect: () => connect(url, { connector: async () => Promise.reject(new Error('unreachable')) }),
    };
    async function theCaller(): Promise<void> {
      await calls[name]?.();
    }
    const error: unknown = await theCaller().catch((reason: unknown) => reason);
    expect((error as Error).stack).toContain('theCaller');
    await db.close();
  });
});
