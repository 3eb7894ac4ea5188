// `postgres` over its own socket.
import { openPostgres } from '../clients/postgres-js.ts';
import { rounds } from '../round.ts';
import { subject } from '../sql.ts';

export default rounds({ postgres: subject(openPostgres, '$1') });
