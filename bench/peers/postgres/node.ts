// `postgres` in Node, with the settings that it has in Workers.
import { openPostgres } from '../../workers/clients/postgres-js.ts';
import { rounds } from '../../workers/round.ts';
import { subject } from '../../workers/sql.ts';
import { serve } from '../serve.ts';

serve(rounds({ 'postgres in Node': subject(openPostgres, '$1') }));
