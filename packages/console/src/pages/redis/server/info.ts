// What INFO, SLOWLOG GET and CLIENT LIST say, read out of their texts and lists.

import type { Argument } from '../wire/argument.ts';
import { argumentsIn, itemsIn, numberIn, type Reply, textIn } from '../wire/reply.ts';

/** A section of INFO: its title, and its fields as the server names them. */
export interface InfoSection {
  readonly title: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The sections of INFO. */
export function readInfo(text: string): readonly InfoSection[] {
  const sections: { title: string; fields: [string, string][] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) sections.push({ title: line.slice(1).trim(), fields: [] });
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon < 0) continue;
    if (sections.length === 0) sections.push({ title: 'Server', fields: [] });
    sections.at(-1)?.fields.push([line.slice(0, colon), line.slice(colon + 1)]);
  }
  return sections.filter(({ fields }) => fields.length > 0);
}

/** All fields by their names. */
export function fieldsOf(sections: readonly InfoSection[]): ReadonlyMap<string, string> {
  return new Map(sections.flatMap(({ fields }) => fields));
}

/** A number among the fields; undefined where the server does not say it. */
export function numberOf(fields: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = fields.get(name);
  const number = Number(text);
  return text === undefined || text === '' || Number.isNaN(number) ? undefined : number;
}

/** The share of reads that found their key; undefined before any. */
export function hitRatio(fields: ReadonlyMap<string, string>): number | undefined {
  const hits = numberOf(fields, 'keyspace_hits') ?? 0;
  const misses = numberOf(fields, 'keyspace_misses') ?? 0;
  return hits + misses === 0 ? undefined : hits / (hits + misses);
}

/** A command that took long. */
export interface SlowCommand {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly microseconds: number;
  readonly command: readonly Argument[];
  /** Since Redis 4; else empty. */
  readonly client: string;
}

/** The entries of SLOWLOG GET. */
export function readSlowLog(reply: Reply): readonly SlowCommand[] {
  return itemsIn(reply).map((entry) => {
    const [id, at, took, command, client] = itemsIn(entry);
    return {
      id: textIn(id),
      at: numberIn(at) * 1_000,
      microseconds: numberIn(took),
      command: argumentsIn(command),
      client: textIn(client),
    };
  });
}

/** A client's fields, as CLIENT LIST names them. */
export type ClientFields = ReadonlyMap<string, string>;

/** The clients of CLIENT LIST: a line each, `id=3 addr=127.0.0.1:5000 ...`. */
export function readClients(text: string): readonly ClientFields[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map(
      (line) =>
        new Map(
          line.split(' ').map((part) => {
            const equals = part.indexOf('=');
            return [part.slice(0, equals), part.slice(equals + 1)] as const;
          }),
        ),
    );
}
