// Fills the servers with what the scenarios read. Through the servers' own protocols, by plain drivers.
import { connect } from 'node:net';
import postgres from 'postgres';

/** `small` (16 B) and `big` (1 MB). */
export async function seedRedis(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const big = 'x'.repeat(1_000_000);
  socket.write(`*3\r\n$3\r\nSET\r\n$5\r\nsmall\r\n$16\r\n${'x'.repeat(16)}\r\n`);
  socket.write(`*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$${big.length}\r\n${big}\r\n`);
  await new Promise<void>((resolve, reject) => {
    let replies = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      replies += chunk;
      if (replies.length >= '+OK\r\n'.length * 2) resolve();
    });
  });
  socket.destroy();
}

/** Rows of some 100 bytes: 500,000 of them, of which scenarios take the first so many. */
export async function seedPostgres(port: number): Promise<void> {
  const sql = postgres({
    host: '127.0.0.1',
    port,
    user: 'bench',
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  });
  await sql`
    create table items as
    select n as id, md5(n::text) as name, n * 1.5::float8 as price, n % 7 = 0 as sold,
      timestamptz '2026-01-01 00:00Z' + n * interval '1 minute' as made, repeat(chr(97 + n % 26), 24) as note
    from generate_series(1, 500000) as n`;
  await sql`create unique index on items (id)`;
  await sql`vacuum analyze items`;
  await sql.end();
}
