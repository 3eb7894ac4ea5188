// Ours, from dialling to the first row: TLS, SCRAM, and the statement behind the login, as the gateway sends it.
import { open } from '@fairlead/postgres';
import { rounds, timed } from '../round.ts';

const LOGINS = 20;

async function logIn(port: number, password: string): Promise<void> {
  await using db = open(`postgres://bench@localhost:${port}/postgres?sslmode=require`, { password });
  const answer = await db.queryValue('select $1::int as answer', [42], { prepare: false });
  if (answer !== 42) throw new Error(`${answer} is not the answer`);
}

export default rounds({
  fairlead: {
    login: (port, { password = '' }) =>
      timed(LOGINS, async () => {
        for (let i = 0; i < LOGINS; i++) await logIn(port, password);
      }),
  },
});
