// `mysql2` over its own socket.
import { createConnection } from 'mysql2';
import { rounds } from '../round.ts';
import { type Driver, subject } from '../sql.ts';

async function openMysql2(port: number): Promise<Driver> {
  // Workers run no code made from text, so it cannot compile its row parsers.
  const settings = { host: '127.0.0.1', port, user: 'root', database: 'bench', disableEval: true };
  const connection = createConnection(settings);
  const promises = connection.promise();
  return {
    query: async (text, params) => (await promises.execute<never[]>(text, params))[0],
    async *stream(text, params) {
      for await (const row of connection.execute(text, params).stream({ highWaterMark: 500 })) yield [row];
    },
    close: () => promises.end(),
  };
}

export default rounds({ mysql2: subject(openMysql2, '?') });
