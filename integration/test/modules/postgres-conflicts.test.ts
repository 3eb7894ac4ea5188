// PostgreSQL 15, 17 and 18: statements that meet others, that take too long, or whose connection ends: what that is called.
import { type Client, type ConnectOptions, connect } from '@fairlead/postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { postgresVersions } = inject('servers');
const KEPT = { code: 'server', safeToRetry: false };

describe.each([15, 17, 18] as const)('PostgreSQL %i', (version) => {
  const url = `postgres://scram:scram-password@localhost:${postgresVersions[version].port}/fairlead?sslmode=disable`;
  const own = (options?: ConnectOptions) => connect(url, options);
  let client: Client;
  let other: Client;
  beforeAll(async () => {
    [client, other] = await Promise.all([own(), own()]);
    await client.query('drop table if exists moorings');
    await client.query(
      'create table moorings (id int primary key, ship text check (length(ship) < 20), n int)',
    );
  });
  afterAll(async () => {
    await client.query('drop table if exists moorings');
    await Promise.all([client.close(), other.close()]);
  });
  const goesOn = async () => expect(await client.queryValue('select 1')).toBe(1);

  describe('conflicts', () => {
    it('a serialization failure is 40001, and what is run again succeeds', async () => {
      await client.query('truncate moorings');
      await client.query("insert into moorings values (1, 'a', 0), (2, 'b', 0)");
      let runs = 0;
      const work = (retries: number) =>
        client.begin(
          async (transaction) => {
            const n = await transaction.queryValue<number>('select n from moorings where id = 1');
            runs += 1;
            if (runs === 1) await other.query('update moorings set n = n + 10 where id = 1');
            await transaction.query('update moorings set n = $1 where id = 1', [(n ?? 0) + 1]);
          },
          { isolation: 'serializable', retries },
        );
      expect(await failure(work(0))).toMatchObject({ code: 'server', server: { code: '40001' } });
      runs = 0;
      await work(2);
      expect(runs).toBe(2);
      expect(await client.queryValue('select n from moorings where id = 1')).toBe(21);
    });

    it('a deadlock is 40P01 for one, and what is run again succeeds', async () => {
      await client.query('truncate moorings');
      await client.query("insert into moorings values (1, 'a', 0), (2, 'b', 0)");
      let met = 0;
      let meet: () => void = () => undefined;
      const both = new Promise<void>((resolve) => {
        meet = resolve;
      });
      const cross = (on: Client, first: number, second: number) =>
        on.begin(
          async (transaction) => {
            await transaction.query('update moorings set n = n + 1 where id = $1', [first]);
            met += 1;
            if (met === 2) meet();
            await both;
            await transaction.query('update moorings set n = n + 1 where id = $1', [second]);
          },
          // The second run may come before the other has noticed that the way is free.
          { retries: 5 },
        );
      await Promise.all([cross(client, 1, 2), cross(other, 2, 1)]);
      expect(met).toBeGreaterThan(2);
      expect((await client.query('select n from moorings order by id')).rows).toEqual([{ n: 2 }, { n: 2 }]);
    });

    it('a lock that is waited for too long is 55P03', async () => {
      await client.begin(async (transaction) => {
        await transaction.query('lock table moorings in access exclusive mode');
        const waiting = other.begin(async (inner) => {
          await inner.query("set local lock_timeout = '50ms'");
          await inner.query('select * from moorings');
        });
        expect(await failure(waiting)).toMatchObject({ ...KEPT, server: { code: '55P03' } });
      });
    });
  });

  describe('time', () => {
    it('the server’s statement_timeout is 57014', async () => {
      await using limited = await own({ parameters: { statement_timeout: '50' } });
      expect(await failure(limited.query('select pg_sleep(5)'))).toMatchObject({
        ...KEPT,
        server: { code: '57014' },
      });
      expect(await limited.queryValue('select 1')).toBe(1);
    });

    it('ours is `timeout`, a signal `aborted`, and the statement has ended', async () => {
      const late = await failure(client.query('select pg_sleep(5)', [], { timeoutMs: 50 }));
      expect(late).toMatchObject({ code: 'timeout', safeToRetry: false });
      const signal = AbortSignal.timeout(50);
      expect(await failure(client.query('select pg_sleep(5)', [], { signal }))).toMatchObject({
        code: 'aborted',
      });
      const early = await failure(client.query('select 1', [], { signal: AbortSignal.abort() }));
      expect(early).toMatchObject({ code: 'aborted', safeToRetry: true });
      await goesOn();
    });

    it('a cancellation by another session is 57014', async () => {
      const query = failure(client.query('select pg_sleep(5)'));
      // Not `active`: that it is between a statement's messages, too, where it drops a cancellation.
      for (let done: unknown = false; done !== true; await scheduler.wait(10)) {
        done = await other.queryValue(
          "select pg_cancel_backend(pid) from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'",
          [client.processId],
        );
      }
      expect(await query).toMatchObject({ ...KEPT, server: { code: '57014' } });
      await goesOn();
    });
  });

  describe('the end', () => {
    it('pg_terminate_backend is 57P01, and nothing can be asked any more', async () => {
      await using own_ = await own();
      const queries = [failure(own_.query('select pg_sleep(5)')), failure(own_.query('select 2'))];
      await scheduler.wait(50);
      await other.query('select pg_terminate_backend($1)', [own_.processId]);
      const [first, second] = await Promise.all(queries);
      expect(first).toMatchObject({ safeToRetry: false, server: { code: '57P01' } });
      expect(second?.code).toBe(first?.code);
      await own_.closed;
      expect(await failure(own_.query('select 1'))).toMatchObject({ safeToRetry: true });
    });

    it('an idle connection that is ended says so to the next query', async () => {
      await using own_ = await own();
      await other.query('select pg_terminate_backend($1)', [own_.processId]);
      const error = await failure(own_.query('select 1'));
      expect(error).toMatchObject({ code: 'server', server: { code: '57P01' } });
      await own_.closed;
    });

    it('a session that idles in a transaction for too long is 25P03', async () => {
      await using own_ = await own({ parameters: { idle_in_transaction_session_timeout: '50' } });
      const work = own_.begin(async (transaction) => {
        await scheduler.wait(300);
        await transaction.query('select 1');
      });
      expect((await failure(work)).server?.code).toBe('25P03');
    });

    it('a closed client is `closed`', async () => {
      const own_ = await own();
      await own_.close();
      expect(await failure(own_.query('select 1'))).toMatchObject({ code: 'closed', safeToRetry: true });
    });
  });
});
