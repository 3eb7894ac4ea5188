// Puts the tables into docs/scale.md, each between the comments that name it.
import { millionTable, scaleTable } from './costs.ts';
import {
  connectionsTable,
  crowdTable,
  idleTable,
  outageTable,
  overloadTable,
  shardsTable,
} from './experiments.ts';

const TABLES: Readonly<Record<string, () => string>> = {
  scale: scaleTable,
  million: millionTable,
  connections: connectionsTable,
  crowd: crowdTable,
  outage: outageTable,
  overload: overloadTable,
  shards: shardsTable,
  idle: idleTable,
};

/**
 * The document with its tables made anew.
 * @throws Error where it lacks one, or names one that does not exist.
 */
export function withTables(text: string): string {
  const named = new Set<string>();
  const made = text.replace(/<!-- table: (\w+) -->[\s\S]*?<!-- end -->/g, (_all, name: string) => {
    named.add(name);
    const make = TABLES[name];
    if (make === undefined) throw new Error(`There is no table ${name}.`);
    return `<!-- table: ${name} -->\n\n${make()}\n\n<!-- end -->`;
  });
  const missing = Object.keys(TABLES).filter((name) => !named.has(name));
  if (missing.length > 0) throw new Error(`The document lacks the tables ${missing.join(', ')}.`);
  return made;
}
