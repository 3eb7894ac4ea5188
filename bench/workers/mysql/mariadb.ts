// `mariadb` over its own socket.
import { createConnection } from 'mariadb';
import { rounds } from '../round.ts';
import { type Driver, subject } from '../sql.ts';

async function openMariadb(port: number): Promise<Driver> {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root', database: 'bench' });
  return {
    query: (text, params) => connection.execute(text, params),
    close: () => connection.end(),
  };
}

export default rounds({ mariadb: subject(openMariadb, '?') });
