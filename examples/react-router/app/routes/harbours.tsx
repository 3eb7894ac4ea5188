// A route whose loader reads from Postgres; the query is cancelled when the visitor leaves.
import { env } from 'cloudflare:workers';
import { connect } from '@fairlead/postgres';
import type { Route } from './+types/harbours';

interface Harbour {
  readonly id: number;
  readonly name: string;
}

export async function loader({ request: { signal } }: Route.LoaderArgs) {
  await using db = await connect(env.DATABASE_URL, { signal });
  const { rows } = await db.query<Harbour>('select id, name from harbours order by name', [], {
    timeoutMs: 2000,
  });
  return { harbours: rows };
}

export default function Harbours({ loaderData: { harbours } }: Route.ComponentProps) {
  return (
    <ul>
      {harbours.map(({ id, name }) => (
        <li key={id}>{name}</li>
      ))}
    </ul>
  );
}
