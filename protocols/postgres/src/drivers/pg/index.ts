// The package `pg` on this package's connection: `Client`, `Pool`, `types` and the rest that users of `pg` import. Each export is
// also a member of the default export, so that a bundler can put this module in the place of `pg`.
import { Client } from './client.ts';
import { defaults } from './defaults.ts';
import { DatabaseError } from './errors.ts';
import { Pool } from './pool/pool.ts';
import { Result } from './query/result.ts';
import { escapeIdentifier, escapeLiteral } from './values/escape.ts';
import { TypeOverrides, types } from './values/types.ts';

export type { SslOptions } from '../ssl.ts';
export type { Callback } from './client.ts';
export type { Defaults } from './defaults.ts';
export { Emitter, type EventListener } from './emitter.ts';
export type { ClientConfig } from './options.ts';
export type { PoolClient } from './pool/member.ts';
export type { PoolConfig } from './pool/options.ts';
export type { ConnectCallback } from './pool/pool.ts';
export type { QueryCallback, QueryConfig, QueryInput, QueryValues } from './query/call.ts';
export type { FieldDef } from './query/result.ts';
export type { Submittable } from './query/submittable.ts';
export type { TypeFormat, TypeParser, TypeParsers, Types, TypeTable } from './values/types.ts';
export {
  Client,
  DatabaseError,
  defaults,
  escapeIdentifier,
  escapeLiteral,
  Pool,
  Result,
  TypeOverrides,
  types,
};

/** The exports as one object, as `import pg from 'pg'` has them. */
const pg = {
  Client,
  DatabaseError,
  defaults,
  escapeIdentifier,
  escapeLiteral,
  Pool,
  Result,
  TypeOverrides,
  types,
} as const;

export default pg;
