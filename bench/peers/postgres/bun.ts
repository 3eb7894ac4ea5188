// Bun's own client of Postgres.
import { rounds } from '../../workers/round.ts';
import { subject } from '../../workers/sql.ts';
import { openBunSql } from '../bun-sql.ts';
import { serve } from '../serve.ts';

const open = (port: number) => openBunSql(`postgres://bench@127.0.0.1:${port}/postgres`);

serve(rounds({ Bun: subject(open, '$1') }));
