// A server component that reads from Postgres for each request.
import { connect } from '@fairlead/postgres';
import { getCloudflareContext } from '@opennextjs/cloudflare';

/** Without this, the build itself would ask the database. */
export const dynamic = 'force-dynamic';

interface Harbour {
  readonly id: number;
  readonly name: string;
}

export default async function Page() {
  const harbours = await readHarbours();
  return (
    <ul>
      {harbours.map(({ id, name }) => (
        <li key={id}>{name}</li>
      ))}
    </ul>
  );
}

async function readHarbours(): Promise<Harbour[]> {
  await using db = await connect(getCloudflareContext().env.DATABASE_URL);
  const { rows } = await db.query<Harbour>('select id, name from harbours order by name', [], {
    timeoutMs: 2000,
  });
  return rows;
}
