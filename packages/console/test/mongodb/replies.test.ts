// Replies of the server: names, indexes and plans; and the fields of a search.
import { describe, expect, it } from 'vitest';
import { numberFaults, searchOf } from '../../src/pages/mongodb/documents/search.ts';
import { indexesOfReply, indexesOfStats, withUses } from '../../src/pages/mongodb/indexes/read-indexes.ts';
import { planOf } from '../../src/pages/mongodb/indexes/read-plan.ts';
import {
  collectionNames,
  databaseNames,
  namespaceOf,
  patternsOf,
  withRecent,
} from '../../src/pages/mongodb/place/namespaces.ts';

describe('names', () => {
  it('of databases and collections stand in their order, the server’s own at the end', () => {
    expect(databaseNames({ databases: [{ name: 'shop' }, { name: 'admin' }, {}] })).toEqual([
      'admin',
      'shop',
    ]);
    const firstBatch = [{ name: 'system.views' }, { name: 'orders' }, { name: 'customers' }];
    expect(collectionNames({ cursor: { firstBatch } })).toEqual(['customers', 'orders', 'system.views']);
    expect(collectionNames({ ok: 1 })).toEqual([]);
  });

  it('of a namespace are parted at the first dot', () => {
    expect(namespaceOf('shop.orders.old')).toEqual({ database: 'shop', collection: 'orders.old' });
    for (const text of ['shop', '.orders', 'shop.', '']) expect(namespaceOf(text)).toBeUndefined();
  });

  it('looked at before stand once, the newest first', () => {
    expect(withRecent(['a.b', 'c.d'], 'c.d')).toEqual(['c.d', 'a.b']);
    expect(
      withRecent(
        Array.from({ length: 20 }, (_, i) => `a.${i}`),
        'x.y',
      ),
    ).toHaveLength(12);
  });

  it('that an entry leaves to callers are read from the settings', () => {
    const connections = [{ name: 'mongo', options: { collections: ['shop.*'] } }, { name: 'other' }];
    expect(patternsOf(connections, 'mongo')).toEqual(['shop.*']);
    expect(patternsOf(connections, 'other')).toEqual([]);
  });
});

describe('indexes', () => {
  const reply = {
    cursor: {
      firstBatch: [
        { v: 2, key: { _id: 1 }, name: '_id_' },
        { v: 2, key: { at: -1, place: '2dsphere' }, name: 'at', unique: true, expireAfterSeconds: 60 },
      ],
    },
  };

  it('are read from the list', () => {
    expect(indexesOfReply(reply)).toEqual([
      { name: '_id_', keys: '_id ascending', properties: [] },
      { name: 'at', keys: 'at descending, place 2dsphere', properties: ['unique', 'expires after 60 s'] },
    ]);
  });

  it('take their uses from the statistics, those of several servers together', () => {
    const stat = (ops: number) => ({ name: '_id_', key: { _id: 1 }, accesses: { ops } });
    const stats = indexesOfStats([stat(3), stat(4)]);
    expect(stats).toEqual([{ name: '_id_', keys: '_id ascending', properties: [], uses: 7 }]);
    expect(withUses(indexesOfReply(reply), stats).map(({ uses }) => uses)).toEqual([7, undefined]);
  });
});

describe('a plan', () => {
  // As MongoDB 7 answers, shortened.
  const executionStages = {
    stage: 'FETCH',
    nReturned: 2,
    docsExamined: 2,
    inputStage: {
      stage: 'IXSCAN',
      indexName: 'item_1',
      keysExamined: 2,
      indexBounds: { item: ['["rope", "rope"]'] },
    },
  };

  it('is a tree with what each stage cost', () => {
    const executionStats = { nReturned: 2, executionTimeMillis: 1, totalDocsExamined: 2, executionStages };
    expect(planOf({ executionStats })).toEqual({
      root: {
        name: 'FETCH',
        facts: [
          ['Documents out', '2'],
          ['Documents read', '2'],
        ],
        inputs: [
          {
            name: 'IXSCAN',
            facts: [
              ['Index', 'item_1'],
              ['Keys read', '2'],
              ['Bounds', '{"item":["[\\"rope\\", \\"rope\\"]"]}'],
            ],
            inputs: [],
          },
        ],
      },
      totals: [
        ['Documents out', '2'],
        ['Documents read', '2'],
        ['Milliseconds', '1'],
      ],
    });
  });

  it('is found without an execution, also where it is wrapped', () => {
    const queryPlan = { stage: 'COLLSCAN' };
    expect(planOf({ queryPlanner: { winningPlan: { queryPlan } } })?.root.name).toBe('COLLSCAN');
    expect(planOf({ ok: 1 })).toBeUndefined();
  });
});

describe('a search', () => {
  const texts = { filter: '{ n: 1 }', projection: '', sort: '{ n: -1 }', limit: '20', skip: '0' };

  it('is what the fields say', () => {
    expect(searchOf(texts)).toEqual({
      filter: { n: 1 },
      projection: {},
      sort: { n: -1 },
      limit: 20,
      skip: 0,
    });
  });

  it.each([
    { ...texts, filter: '{' },
    { ...texts, sort: '[' },
    { ...texts, limit: '0' },
    { ...texts, limit: '1001' },
    { ...texts, skip: '-1' },
    { ...texts, skip: '1.5' },
  ])('is none where a field is wrong: %j', (wrong) => {
    expect(searchOf(wrong)).toBeUndefined();
  });

  it('says which number is wrong', () => {
    expect(numberFaults({ limit: '0', skip: '' })).toEqual({
      limit: 'From 1 to 1000',
      skip: 'A whole number',
    });
    expect(numberFaults(texts)).toEqual({});
  });
});
