// The recipes of examples/recipes, each against its real server.

import * as others from '@fairlead/examples/recipes/others';
import * as pg from '@fairlead/examples/recipes/postgres';
import * as cache from '@fairlead/examples/recipes/redis';
import { connect as connectIrc } from '@fairlead/irc';
import { connect as connectMqtt } from '@fairlead/mqtt';
import { connect as connectMysql, type Client as MysqlClient } from '@fairlead/mysql';
import { connect as connectPostgres, type Client as PostgresClient } from '@fairlead/postgres';
import { connect as connectRedis, type RedisClient } from '@fairlead/redis';
import { connect as connectSmtp } from '@fairlead/smtp';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { newNick, nextEvent } from './irc.ts';
import { newBox, receivedText } from './mailbox.ts';

const { postgres, redis, mysql, mosquitto, postfix, ergo, pygopherd } = inject('servers');

describe('Postgres', () => {
  const url = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;
  let db: PostgresClient;
  beforeAll(async () => {
    db = await pg.connectPatiently(url);
  });
  afterAll(async () => {
    await db.script('drop table if exists docks; drop table if exists dock_jobs');
    await db.close();
  });
  beforeEach(async () => {
    await db.script(`drop table if exists docks; drop table if exists dock_jobs;
      create table docks (id int primary key, name text not null, berths int not null default 10);
      create table dock_jobs (id int primary key generated always as identity, payload text not null);
      insert into docks (id, name) select n, 'harbour ' || n from generate_series(1, 120) n`);
  });

  it('one query', async () => {
    expect(await pg.oneQuery(url, 7)).toBe('harbour 7');
    expect(await pg.oneQuery(url, 700)).toBeUndefined();
  });

  it('pages by key', async () => {
    const sizes: number[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const { rows, next } = await pg.page(db, after);
      sizes.push(rows.length);
      after = next;
    }
    expect(sizes).toEqual([50, 50, 20]);
  });

  it('upsert', async () => {
    expect(await pg.upsert(db, 500, 'new')).toBe('inserted');
    expect(await pg.upsert(db, 500, 'newer')).toBe('updated');
    expect(await pg.oneQuery(url, 500)).toBe('newer');
  });

  it('a transaction that is run again where another one came in between', async () => {
    const second = await connectPostgres(url);
    await Promise.all([...Array(4)].map((_, n) => pg.transfer(n % 2 === 0 ? db : second, 1, 2, 1)));
    await second.close();
    const { rows } = await db.query('select berths from docks where id in (1, 2) order by id');
    expect(rows).toEqual([{ berths: 6 }, { berths: 14 }]);
  });

  it('CSV in and out', async () => {
    expect(await pg.importCsv(db, ['501,Æbeltoft,3\n', '502,"a, b",4\n'])).toBe(2);
    const csv = await (await pg.exportCsv(url)).text();
    expect(csv.split('\n')).toHaveLength(124);
    expect(csv).toContain('501,Æbeltoft,3\n502,"a, b",4\n');
  });

  it('NDJSON', async () => {
    const lines = (await (await pg.ndjson(url)).text()).trim().split('\n');
    expect(lines).toHaveLength(120);
    expect(JSON.parse(lines[6] ?? '')).toMatchObject({ id: 7, name: 'harbour 7' });
  });

  it('an event of another connection', async () => {
    const event = pg.nextEvent(db, 'docks', 10_000);
    const second = await connectPostgres(url);
    const announce = setInterval(() => void second.query("select pg_notify('docks', '7')"), 100);
    expect(await event).toBe('7');
    clearInterval(announce);
    await second.close();
  });

  it('a queue whose jobs are taken once', async () => {
    await db.query("insert into dock_jobs (payload) values ('a'), ('b')");
    const done: string[] = [];
    const second = await connectPostgres(url);
    const work = async (job: string) => void done.push(job);
    await Promise.all([pg.takeJob(db, work), pg.takeJob(second, work)]);
    expect(done.sort()).toEqual(['a', 'b']);
    expect(await pg.takeJob(second, work)).toBe(false);
    await second.close();
  });

  it('a job whose work fails comes back', async () => {
    await db.query("insert into dock_jobs (payload) values ('a')");
    await expect(pg.takeJob(db, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await db.queryValue('select count(*) from dock_jobs')).toBe('1');
  });
});

describe('Redis', () => {
  let client: RedisClient;
  beforeAll(async () => {
    client = await connectRedis(`redis://app:app-password@localhost:${redis.good.plainPort}/7`);
  });
  afterAll(() => client.close());
  beforeEach(() => client.send('FLUSHDB'));

  it('a value is made once and then cached', async () => {
    let made = 0;
    const make = async () => ({ made: ++made });
    expect(await cache.cached(client, 'k', 60, make)).toEqual({ made: 1 });
    expect(await cache.cached(client, 'k', 60, make)).toEqual({ made: 1 });
  });

  it('a rate limit', async () => {
    const calls: boolean[] = [];
    for (let n = 0; n < 4; n++) calls.push(await cache.mayCall(client, 'alice', 3, 86_400));
    expect(calls).toEqual([true, true, true, false]);
  });

  it('a lock that only its holder gives back', async () => {
    const inner = await cache.withLock(client, 'lock', 10_000, () =>
      cache.withLock(client, 'lock', 10_000, async () => 'second'),
    );
    expect(inner).toBeUndefined();
    expect(await cache.withLock(client, 'lock', 10_000, async () => 'free')).toBe('free');
  });

  it('a leader board', async () => {
    await client.send('ZADD', 'board', 1, 'a', 3, 'b', 2, 'c');
    expect(await cache.leaders(client, 'board', 2)).toEqual([
      ['b', 3],
      ['c', 2],
    ]);
  });

  it('deletes by pattern', async () => {
    for (let n = 0; n < 20; n++) await client.set(`user:${n}`, 1);
    await client.set('kept', 1);
    expect(await cache.forget(client, 'user:*')).toBe(20);
    expect(await client.get('kept')).toBe('1');
  });

  it('a message, and a job', async () => {
    const channel = crypto.randomUUID();
    const message = cache.nextMessage(client, channel);
    const other = await connectRedis(`redis://app:app-password@localhost:${redis.good.plainPort}/7`);
    const say = setInterval(() => void other.send('PUBLISH', channel, 'ahoy'), 50);
    expect(await message).toBe('ahoy');
    clearInterval(say);
    const job = cache.nextJob(client, 'jobs', 5);
    await other.send('RPUSH', 'jobs', 'dig');
    expect(await job).toBe('dig');
    await other.close();
  });
});

describe('MySQL', () => {
  let db: MysqlClient;
  beforeAll(async () => {
    db = await connectMysql(`mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`);
    await db.query('drop table if exists dock_readings');
    await db.query(
      'create table dock_readings (id bigint unsigned primary key auto_increment, sensor varchar(20), value double)',
    );
    await db.query('alter table dock_readings auto_increment = 9007199254740993');
  });
  afterAll(async () => {
    await db.query('drop table if exists dock_readings');
    await db.close();
  });

  it('the number of a row, with all its digits, and a sum of all rows', async () => {
    expect(await others.insertReading(db, 'a', 1.5)).toBe('9007199254740993');
    await others.insertReading(db, 'a', 2.5);
    expect(await others.sum(db, 'a')).toBe(4);
  });
});

it('MQTT: a retained value, and none', async () => {
  const url = `mqtt://app:app-password@localhost:${mosquitto.good.plainPort}`;
  await using client = await connectMqtt(url);
  const topic = `recipes/${crypto.randomUUID()}`;
  await client.publish(topic, '21.5', { qos: 1, retain: true });
  expect(await others.retained(client, topic, 5_000)).toBe('21.5');
  await client.publish(topic, '', { qos: 1, retain: true });
  expect(await others.retained(client, topic, 300)).toBeUndefined();
});

it('mail: a report with a picture', async () => {
  await using smtp = await connectSmtp({
    hostname: 'localhost',
    port: postfix.port,
    username: 'app',
    password: 'app-password',
  });
  const to = newBox();
  const id = await others.sendReport(smtp, 'app@mail.test', to, 'a,b\n1,2\n', Uint8Array.of(1, 2, 3));
  const mail = await receivedText(postfix.mailboxUrl, to);
  expect(mail).toContain(`Message-ID: ${id}`);
  expect(mail).toMatch(/Content-ID: <chart>/i);
});

it('IRC: an announcement, which others in the channel see', async () => {
  const channel = `#${newNick()}`;
  const options = { hostname: 'localhost', port: ergo.tlsPort };
  await using reader = await connectIrc({ ...options, nick: newNick(), channels: [channel] });
  await others.announce({ ...options, nick: newNick() }, channel, 'Version 12 is live');
  const { target, text } = await nextEvent(reader, 'message');
  expect([target, text]).toEqual([channel, 'Version 12 is live']);
});

it('Gopher: the links of a menu', async () => {
  const links = await others.links(`gopher://localhost:${pygopherd.plainPort}/1/menu`);
  expect(links.length).toBeGreaterThan(1);
  for (const { url } of links) expect(url).toMatch(/^(gopher|https?|telnet):/);
});
