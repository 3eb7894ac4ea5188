// The oracles: servers that run a text, and say how far their parser came, or which functions ran. They know nothing of the scanner.
import { isFairleadError } from '@fairlead/errors';
import { connect as connectMysql } from '@fairlead/mysql';
import { connect as connectPostgres } from '@fairlead/postgres';
import type { Finding } from './verdict.ts';

/** A session in one mode. */
export interface Oracle {
  find(text: string): Promise<Finding>;
  close(): Promise<void>;
}

const TABLE = [
  'drop table if exists fuzz',
  'create table fuzz (a int, e int, n int, x int, b int, é int)',
  'insert into fuzz values (1, 2, 3, 4, 5, 6)',
];
const DIGITS = [1, 2, 3, 4, 5, 6, 7];
/** A server shows so much of the text at which it stopped. */
const SHOWN = 80;

/** A session of MySQL or MariaDB with this sql_mode. */
export async function mysqlOracle(url: string, mode: string): Promise<Oracle> {
  const db = await connectMysql(url, { multiStatements: true });
  await db.query(`set sql_mode = '${mode}'`);
  const find = async (text: string): Promise<Finding> => {
    await db.query("set @probes = ''");
    try {
      const { results } = await db.query(text, [], { rowMode: 'array' });
      const { rows } = await db.query('select @probes', [], { rowMode: 'array' });
      return { calls: digitsOf(String(rows[0]?.[0])), columns: results.map(({ columns }) => columns.length) };
    } catch (error) {
      return stoppedAt(error, text);
    }
  };
  return { find, close: () => db.close() };
}

/** Makes what the texts of MySQL and MariaDB name. */
export async function prepareMysql(url: string): Promise<void> {
  await using db = await connectMysql(url);
  for (const sql of TABLE) await db.query(sql);
  for (const n of DIGITS) {
    await db.query(`drop function if exists probe_${n}`);
    await db.query(
      `create function probe_${n}() returns int no sql begin set @probes = concat(@probes, '${n}'); return 1; end`,
    );
  }
}

/** "... near 'TEXT' at line N", TEXT being the rest, but not more than 80 characters of it. */
function stoppedAt(error: unknown, text: string): Finding {
  if (!isFairleadError(error) || error.server === undefined) throw error;
  const near = /near '([\s\S]*)' at line \d+$/.exec(error.server.message)?.[1];
  if (near === undefined || error.server.fields?.errno !== '1064') return {};
  if ([...near].length < SHOWN - 4)
    return text.endsWith(near) ? { errorAt: [text.length - near.length] } : {};
  const errorAt: number[] = [];
  for (let at = text.indexOf(near); at !== -1; at = text.indexOf(near, at + 1)) errorAt.push(at);
  return errorAt.length === 0 ? {} : { errorAt };
}

/** A session of Postgres with standard_conforming_strings on or off. */
export async function postgresOracle(url: string, standard: 'on' | 'off'): Promise<Oracle> {
  let heard = '';
  const db = await connectPostgres(url, {
    onNotice: ({ message }) => {
      if (message.startsWith('probe ')) heard += message.slice(-1);
    },
  });
  await db.query(`set standard_conforming_strings = ${standard}`);
  await db.query('set escape_string_warning = off');
  const find = async (text: string): Promise<Finding> => {
    heard = '';
    try {
      const results = await db.script(text);
      return { calls: digitsOf(heard), columns: results.map(({ columns }) => columns.length) };
    } catch (error) {
      if (!isFairleadError(error) || error.server === undefined) throw error;
      const { message, fields } = error.server;
      if (!/^(syntax error|unterminated|trailing junk)/.test(message)) return {};
      return fields?.position === undefined ? {} : { errorAt: [indexOf(text, Number(fields.position))] };
    }
  };
  return { find, close: () => db.close() };
}

/** Makes what the texts of Postgres name. */
export async function preparePostgres(url: string): Promise<void> {
  await using db = await connectPostgres(url);
  for (const sql of TABLE) await db.query(sql);
  for (const n of DIGITS)
    await db.query(
      `create or replace function probe_${n}() returns int language plpgsql as $f$ begin raise notice 'probe ${n}'; return 1; end $f$`,
    );
}

function digitsOf(probes: string): string {
  return [...new Set(probes)].sort().join('');
}

/** Postgres counts characters from 1. */
function indexOf(text: string, position: number): number {
  return [...text].slice(0, position - 1).join('').length;
}
