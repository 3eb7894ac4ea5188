// `defaults` of the package `pg`: what a client uses where its options say nothing.
import { types } from './values/types.ts';

const { INT8, INT4 } = types.builtins;
const INT8_ARRAY = 1016;
const INT4_ARRAY = 1007;

/** Options by `pg`'s names. */
export interface Defaults {
  host: string;
  port: number;
  user: string;
  database: string | undefined;
  password: string | null;
  /** Of a pool: connections at most. */
  max: number;
  /** Of a pool: how long a connection may be idle. */
  idleTimeoutMillis: number;
  /** Whether a `Date` parameter is written in UTC, and not in local time. */
  parseInputDatesAsUTC: boolean;
  /** Whether `int8` is a number, whose last digits may be rounded, and not a text. */
  parseInt8: boolean;
}

/** They belong to the isolate: what is set here holds for all requests. */
export const defaults: Defaults = {
  host: 'localhost',
  port: 5432,
  user: 'postgres',
  database: undefined,
  password: null,
  max: 10,
  idleTimeoutMillis: 10_000,
  parseInputDatesAsUTC: false,
  get parseInt8() {
    return types.getTypeParser(INT8) === types.getTypeParser(INT4);
  },
  set parseInt8(isNumber: boolean) {
    types.setTypeParser(INT8, isNumber ? types.getTypeParser(INT4) : asText);
    types.setTypeParser(INT8_ARRAY, isNumber ? types.getTypeParser(INT4_ARRAY) : arrayOfTexts);
  },
};

function asText(text: string): string {
  return text;
}

function arrayOfTexts(text: string): unknown {
  return types.arrayParser.create(text).parse();
}
