// What the bench `gateway` prints: a table of all rows, and the ratios that the gateway's figures are read against.
import type { Figure } from './measure.ts';

/** A ratio, or an absolute value, and what it should be. */
export interface Goal {
  readonly name: string;
  readonly value: number;
  /** `>=` or `<=`, and how much. */
  readonly wanted: string;
  readonly isMet: boolean;
}

/**
 * Rows by name; for each concurrency the rate and the CPU, and, where the row `object` ran, what share of its rate that is.
 * @param bytes What a request allocates, by the row's id.
 */
export function figuresTable(figures: readonly Figure[], bytes: ReadonlyMap<string, number>): string {
  const concurrencies = [...new Set(figures.map(({ concurrent }) => concurrent))];
  const shares = figures.some(({ id }) => id === 'object') ? ["of object's req/s"] : [];
  const rows = new Map<string, string[]>();
  for (const { id, name, concurrent, perSecond, cpuMs } of figures) {
    const cells = rows.get(id) ?? [name];
    rows.set(id, cells);
    const object = find(figures, 'object', concurrent);
    cells.push(perSecond.toFixed(0), cpuMs.toFixed(3));
    if (object !== undefined) cells.push((perSecond / object.perSecond).toFixed(2));
  }
  for (const [id, cells] of rows) cells.push(((bytes.get(id) ?? 0) / 1000).toFixed(1));
  const each = concurrencies.flatMap((n) => [`${n} at once: req/s`, 'CPU ms', ...shares]);
  const head = ['', ...each, 'kB allocated'];
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...rows.values()].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What can be said of the goals, as far as the rows were measured. */
export function goals(figures: readonly Figure[]): Goal[] {
  const most = Math.max(...figures.map(({ concurrent }) => concurrent));
  const at = (id: string) => find(figures, id, most);
  const found: Goal[] = [];
  const rate = (name: string, one: string, other: string, wanted: number): void => {
    const [mine, theirs] = [at(one), at(other)];
    if (mine === undefined || theirs === undefined) return;
    const value = mine.perSecond / theirs.perSecond;
    found.push({
      name: `${name}, ${most} concurrent`,
      value,
      wanted: `>= ${wanted}`,
      isMet: value >= wanted,
    });
  };
  const cpuRatio = (name: string, one: string, other: string, wanted: number): void => {
    const [mine, theirs] = [at(one), at(other)];
    if (mine === undefined || theirs === undefined) return;
    const value = mine.cpuMs / theirs.cpuMs;
    const title = `CPU of ${name}, ${most} concurrent`;
    found.push({ name: title, value, wanted: `<= ${wanted}`, isMet: value <= wanted });
  };
  const cpu = (name: string, id: string, wanted: number): void => {
    const value = at(id)?.cpuMs;
    if (value === undefined) return;
    const title = `CPU ms of ${name}, ${most} concurrent`;
    found.push({ name: title, value, wanted: `<= ${wanted}`, isMet: value <= wanted });
  };
  rate('warm /redis/get / an empty Worker through an object', 'redis-warm', 'object', 0.5);
  rate('warm /redis/get / direct over TLS', 'redis-tls-warm', 'redis-tls-direct', 3);
  rate('warm /pg/query / direct over TLS', 'pg-tls-warm', 'pg-tls-direct', 3);
  cpuRatio('/healthz / an empty Worker', 'healthz', 'empty', 1.4);
  cpuRatio('/healthz / an empty Worker with its headers', 'healthz', 'bare-healthz', 1.2);
  cpuRatio('direct /redis/get / a bare socket, over TLS', 'redis-tls-direct', 'bare-redis-tls', 1.3);
  cpuRatio('direct /pg/query / a bare socket, over TLS', 'pg-tls-direct', 'bare-pg-tls', 1.3);
  cpu('warm /redis/get', 'redis-warm', 0.35);
  cpu('warm /redis/get over TLS', 'redis-tls-warm', 0.35);
  cpu('warm /pg/query', 'pg-warm', 0.45);
  cpu('warm /pg/query over TLS', 'pg-tls-warm', 0.45);
  return found;
}

/** The goals as a table. */
export function goalsTable(all: readonly Goal[]): string {
  const rows = all.map(({ name, value, wanted, isMet }) => [
    name,
    value.toFixed(2),
    wanted,
    isMet ? 'yes' : 'no',
  ]);
  const head = ['', 'measured', 'wanted', 'met'];
  return [head, ['---', '---:', '---:', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function find(figures: readonly Figure[], id: string, concurrent: number): Figure | undefined {
  return figures.find((figure) => figure.id === id && figure.concurrent === concurrent);
}
