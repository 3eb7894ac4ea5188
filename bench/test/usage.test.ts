// Names on the benches' command line: rows between commas, and the error for a name that does not exist.
import { describe, expect, it } from 'vitest';
import { chooseSubjects } from '../src/gateway/subjects.ts';
import { checkNames, isWanted, UsageError } from '../src/usage.ts';

describe('names of rows', () => {
  it('are between commas, and all where none is given', () => {
    expect(isWanted(undefined, 'get')).toBe(true);
    expect(isWanted('get,set', 'set')).toBe(true);
    expect(isWanted('get100', 'get')).toBe(false);
  });

  it('are refused with a list where one is unknown', () => {
    expect(() => checkNames('row', ['get', 'gte'], ['get', 'set', 'get'])).toThrow(
      new UsageError('There is no row "gte", but: get, set'),
    );
    expect(() => checkNames('row', undefined, ['get'])).not.toThrow();
  });

  it("are the gateway's beginnings, too, each of them", () => {
    const ids = chooseSubjects('healthz,redis-warm,mysql').map(({ id }) => id);
    expect(ids).toEqual([
      'healthz',
      'redis-warm',
      'mysql-direct',
      'mysql-tls-direct',
      'mysql-warm',
      'mysql-tls-warm',
    ]);
    expect(() => chooseSubjects('healthz,redis-hot')).toThrow(UsageError);
  });
});
