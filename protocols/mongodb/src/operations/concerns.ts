// Read and write concern and read preference as commands carry them.

import { defined } from '@fairlead/client';
import type { Document } from 'bson';
import type { ServerDescription } from '../connection/types.ts';
import type { DeploymentKind } from '../topology/types.ts';
import type { ReadConcern, ReadPreference, WriteConcern } from '../types/options.ts';
import { commandName } from '../wire/encode.ts';

/** The commands that take a read concern. */
const READS: ReadonlySet<string> = /* @__PURE__ */ new Set(['find', 'aggregate', 'count', 'distinct']);

/** Whether the command takes a read concern. */
export function takesReadConcern(command: Document): boolean {
  return READS.has(commandName(command));
}

/** A read concern for a command; undefined for the server's default. */
export function readConcernOf(concern: ReadConcern | undefined): Document | undefined {
  return concern?.level === undefined ? undefined : { level: concern.level };
}

/** A write concern for a command; undefined for the server's default. */
export function writeConcernOf(concern: WriteConcern | undefined): Document | undefined {
  if (concern === undefined) return undefined;
  const { w, j, wtimeoutMS: wtimeout } = concern;
  return (w ?? j ?? wtimeout) === undefined ? undefined : defined({ w, j, wtimeout });
}

/** `$readPreference` for a command to this server; undefined where none may stand. */
export function readPreferenceOf(
  { mode, tags, maxStalenessSeconds }: ReadPreference,
  { kind }: ServerDescription,
  deployment: DeploymentKind,
): Document | undefined {
  if (kind === 'standalone') return undefined;
  if (mode === 'primary') {
    // One member of a set, dialled alone, may be no primary, and is to answer all the same.
    return deployment === 'single' && kind !== 'mongos' ? { mode: 'primaryPreferred' } : undefined;
  }
  return defined({ mode, tags: tags?.length ? tags : undefined, maxStalenessSeconds });
}
