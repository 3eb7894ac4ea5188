// What asks a server for a statement's plan, and how its answer is read.
import type { Dialect } from '../server/dialect.ts';
import { mysqlJsonPlan } from './mysql-json.ts';
import { mysqlTreePlan } from './mysql-tree.ts';
import type { Plan } from './plan.ts';
import { postgresPlan } from './postgres.ts';

/** What stands before the statement. */
export type ExplainWish =
  /** The plan, without running anything. */
  | 'plan'
  /** Runs the statement, and says what happened. */
  | 'run';

/** The statement that asks for the plan of `sql`: `prefix` and then `sql` as it is. */
export function explainPrefix(dialect: Dialect, wish: ExplainWish): string {
  if (dialect === 'postgres') {
    return `EXPLAIN (FORMAT JSON${wish === 'run' ? ', ANALYZE, BUFFERS' : ''}) `;
  }
  if (dialect === 'mariadb') return wish === 'run' ? 'ANALYZE FORMAT=JSON ' : 'EXPLAIN FORMAT=JSON ';
  return wish === 'run' ? 'EXPLAIN ANALYZE FORMAT=TREE ' : 'EXPLAIN FORMAT=JSON ';
}

/**
 * Reads the only cell of the answer.
 * @throws Error where it holds no plan.
 */
export function readPlan(dialect: Dialect, cell: unknown): Plan {
  if (dialect === 'postgres') return postgresPlan(typeof cell === 'string' ? JSON.parse(cell) : cell);
  if (typeof cell !== 'string') throw new Error('The server gave no plan.');
  return /^\s*->/.test(cell) ? mysqlTreePlan(cell) : mysqlJsonPlan(cell);
}
