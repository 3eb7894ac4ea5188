// `mysql2` and `mariadb` in Node. There mysql2 compiles its row parsers, which Workers do not let it.
import { createConnection as connectMariadb } from 'mariadb';
import { createConnection as connectMysql2 } from 'mysql2/promise';
import { rounds } from '../../workers/round.ts';
import { type Driver, subject } from '../../workers/sql.ts';
import { serve } from '../serve.ts';

const settings = { host: '127.0.0.1', user: 'root', database: 'bench' };

async function openMysql2(port: number): Promise<Driver> {
  const connection = await connectMysql2({ ...settings, port });
  return {
    query: async (text, params) => (await connection.execute<never[]>(text, params))[0],
    close: () => connection.end(),
  };
}

async function openMariadb(port: number): Promise<Driver> {
  const connection = await connectMariadb({ ...settings, port });
  return {
    query: (text, params) => connection.execute(text, params),
    close: () => connection.end(),
  };
}

serve(rounds({ 'mysql2 in Node': subject(openMysql2, '?'), 'mariadb in Node': subject(openMariadb, '?') }));
