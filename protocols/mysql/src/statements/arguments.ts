// What callers pass, checked at the door: those without types pass anything. It refuses, and changes nothing.
import { checkSignal, limitOf } from '@fairlead/client';
import {
  checkChoice,
  checkIsolation,
  checkRowMode,
  checkSwitch,
  NO_OPTIONS,
  retriesOf,
  type TransactionLimits,
} from '@fairlead/sql-client';
import { checkTimeMs } from '@fairlead/transport';
import { usage } from '../errors.ts';
import type { TransactionOptions } from '../types/client.ts';
import type { QueryOptions, StreamOptions } from '../types/results.ts';

const PROTOCOLS: readonly unknown[] = ['text', 'prepared'];

function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw usage('the options are an object');
}

/** @throws FairleadError `usage` unless it is undefined, Infinity or a whole number from 0 on. */
export function checkCount(name: string, value: unknown): void {
  if (value === undefined || value === Number.POSITIVE_INFINITY) return;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return;
  throw usage(`${name} is a whole number from 0 on, or Infinity for no limit`);
}

/**
 * Checks the arguments of `query`, `execute` and `stream`.
 * @throws FairleadError `usage`.
 */
export function checkStatement(text: unknown, params: unknown, options: StreamOptions): void {
  if (typeof text !== 'string') throw usage('the statement is a text');
  if (typeof params !== 'object' || params === null) {
    throw usage('the parameters are an array, or an object for named ones');
  }
  if (options === NO_OPTIONS) return;
  checkOptions(options);
  const { rowMode, maxRows, maxBytes, localData, readOnly, protocol, serverTimeoutMs } = options;
  checkRowMode(rowMode);
  checkChoice('protocol', protocol, PROTOCOLS);
  checkCount('maxRows', maxRows);
  checkCount('maxBytes', maxBytes);
  checkSwitch('readOnly', readOnly);
  checkTimeMs('serverTimeoutMs', serverTimeoutMs);
  if (localData !== undefined && typeof Object(localData)[Symbol.asyncIterator] !== 'function') {
    throw usage('localData is an async iterable of Uint8Array');
  }
}

/** @throws FairleadError `usage`. */
export function checkCall(options: QueryOptions): void {
  checkOptions(options);
  checkTimeMs('timeoutMs', options.timeoutMs);
  checkSignal(options.signal);
}

/** Checks the options of `begin`. @throws FairleadError `usage`. */
export function readTransaction(options: TransactionOptions): TransactionLimits {
  checkCall(options);
  checkIsolation(options.isolation);
  checkSwitch('readOnly', options.readOnly);
  checkSwitch('consistentSnapshot', options.consistentSnapshot);
  return { limit: limitOf(options), retries: retriesOf(options.retries) };
}
