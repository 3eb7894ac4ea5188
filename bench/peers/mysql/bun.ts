// Bun's own client of MySQL.
import { rounds } from '../../workers/round.ts';
import { subject } from '../../workers/sql.ts';
import { openBunSql } from '../bun-sql.ts';
import { serve } from '../serve.ts';

const open = (port: number) => openBunSql(`mysql://root@127.0.0.1:${port}/bench`);

serve(rounds({ Bun: subject(open, '?') }));
