// What both clients of MongoDB are asked, by name: the steps of each case, in a database of its own.
import { Decimal128, Long } from 'bson';
import type { MongodbCall } from '../../servers/mongodb/calls.ts';
import type { MongodbStep } from '../../servers/mongodb/oracle.ts';
import { MONGODB_VALUES } from './mongodb-values.ts';

/** Calls on the collection `things`. */
function things(...calls: readonly MongodbCall[]): MongodbStep {
  return { collection: 'things', calls };
}

function database(...calls: readonly MongodbCall[]): MongodbStep {
  return { database: calls };
}

const SOME = Array.from({ length: 40 }, (_, index) => ({
  _id: index,
  kind: index % 3 === 0 ? 'buoy' : 'pier',
  depth: index / 4,
  tags: [`t${index % 5}`, `t${index % 7}`],
  at: { row: index % 4 },
}));
const filled = things(['insertMany', SOME]);

/** The cases that a server alone can do. */
export const CASES: Readonly<Record<string, readonly MongodbStep[]>> = {
  'every type, written and read as BSON and as values': [
    things(['insertMany', Object.entries(MONGODB_VALUES).map(([_id, value]) => ({ _id, value }))]),
    things(['find', {}, { raw: true, sort: { _id: 1 } }], ['toArray']),
    things(['find', {}], ['sort', { _id: 1 }], ['batchSize', 7], ['toArray']),
    things(['updateOne', { _id: 'int64' }, { $inc: { value: Long.fromNumber(1) } }]),
    things(['findOne', { value: Long.fromString('9007199254740994') }]),
    things(['findOne', { value: Decimal128.fromString('1.1') }]),
  ],
  inserts: [
    things(['insertOne', { _id: 1, a: 1 }]),
    things(['insertOne', { _id: 1 }]),
    things(['insertMany', [{ _id: 2 }, { _id: 2 }, { _id: 3 }]]),
    things(['insertMany', [{ _id: 4 }, { _id: 4 }, { _id: 5 }, { _id: 1 }], { ordered: false }]),
    things(['find', {}], ['sort', { _id: 1 }], ['toArray']),
  ],
  reads: [
    filled,
    things(['findOne', { _id: 7 }]),
    things(['findOne', { _id: 700 }]),
    things(['findOne', {}, { sort: { _id: -1 }, projection: { depth: 1, _id: 0 } }]),
    things(
      ['find', { kind: 'buoy', depth: { $gte: 2 } }],
      ['sort', { depth: -1 }],
      ['skip', 2],
      ['limit', 3],
      ['toArray'],
    ),
    things(
      ['find', { tags: { $all: ['t1', 't2'] } }],
      ['project', { tags: 1 }],
      ['sort', { _id: 1 }],
      ['toArray'],
    ),
    things(
      ['find', { 'at.row': { $in: [1, 3] } }],
      ['sort', { 'at.row': 1, _id: -1 }],
      ['batchSize', 3],
      ['toArray'],
    ),
    things(
      ['find', { kind: { $regex: '^BU', $options: 'i' } }],
      ['sort', { _id: 1 }],
      ['limit', 2],
      ['toArray'],
    ),
    things(['find', {}], ['sort', { _id: 1 }], ['batchSize', 7], ['limit', 20], ['toArray']),
    things(['find', {}], ['limit', 1], ['toArray']),
    things(['find', { $or: [{ _id: 1 }, { depth: 5 }] }], ['sort', { _id: 1 }], ['toArray']),
    things(['countDocuments', { kind: 'pier' }]),
    things(['countDocuments', {}, { skip: 5, limit: 10 }]),
    things(['estimatedDocumentCount']),
    things(['distinct', 'kind']),
    things(['distinct', 'at.row', { kind: 'buoy' }]),
    things(['findOne', { $nonsense: 1 }]),
    { collection: 'nothing', calls: [['find', {}], ['toArray']] },
    { collection: 'nothing', calls: [['countDocuments', {}]] },
  ],
  'updates and deletes': [
    filled,
    things(['updateOne', { _id: 1 }, { $set: { depth: 9 }, $push: { tags: 'new' } }]),
    things(['updateOne', { _id: 1 }, { $set: { depth: 9 } }]),
    things(['updateMany', { kind: 'buoy' }, { $inc: { depth: 1 }, $unset: { tags: '' } }]),
    things(['updateOne', { _id: 'new' }, { $set: { a: 1 } }, { upsert: true }]),
    things(['updateOne', { _id: 2 }, [{ $set: { twice: { $multiply: ['$depth', 2] } } }]]),
    things(['updateOne', { _id: 4 }, { $set: { 'tags.$[x]': 'X' } }, { arrayFilters: [{ x: 't4' }] }]),
    things(['replaceOne', { _id: 3 }, { replaced: true }]),
    things(['replaceOne', { _id: 'other' }, { replaced: true }, { upsert: true }]),
    things(['updateOne', { _id: 1 }, { $set: { _id: 2 } }]),
    things(['updateOne', { _id: 1 }, { $nonsense: { a: 1 } }]),
    things(['deleteOne', { kind: 'buoy' }]),
    things(['deleteMany', { _id: { $gt: 30 } }]),
    things(['deleteMany', { _id: 'none' }]),
    things(['find', {}], ['sort', { _id: 1 }], ['toArray']),
  ],
  'find and change': [
    filled,
    things(['findOneAndUpdate', { _id: 1 }, { $set: { depth: 9 } }]),
    things(['findOneAndUpdate', { _id: 1 }, { $inc: { depth: 1 } }, { returnDocument: 'after' }]),
    things(['findOneAndUpdate', { _id: 'x' }, { $set: { a: 1 } }, { upsert: true, returnDocument: 'after' }]),
    things(['findOneAndUpdate', { _id: 'none' }, { $set: { a: 1 } }]),
    things(['findOneAndReplace', { _id: 2 }, { replaced: true }, { projection: { kind: 1 } }]),
    things(['findOneAndDelete', { kind: 'pier' }, { sort: { _id: -1 } }]),
    things(['findOneAndDelete', { kind: 'none' }]),
  ],
  'bulk writes': [
    filled,
    things([
      'bulkWrite',
      [
        { insertOne: { document: { _id: 'a' } } },
        { updateOne: { filter: { _id: 'a' }, update: { $set: { v: 1 } } } },
        { updateMany: { filter: { kind: 'buoy' }, update: { $set: { v: 2 } } } },
        { replaceOne: { filter: { _id: 'b' }, replacement: { v: 3 }, upsert: true } },
        { deleteOne: { filter: { _id: 1 } } },
        { deleteMany: { filter: { _id: { $gt: 35 } } } },
        { insertOne: { document: { _id: 'c' } } },
      ],
    ]),
    things([
      'bulkWrite',
      [
        { insertOne: { document: { _id: 'd' } } },
        { insertOne: { document: { _id: 'd' } } },
        { deleteOne: { filter: { _id: 2 } } },
      ],
    ]),
    things([
      'bulkWrite',
      [
        { insertOne: { document: { _id: 'd' } } },
        { deleteOne: { filter: { _id: 2 } } },
        { insertOne: { document: { _id: 'a' } } },
      ],
      { ordered: false },
    ]),
    things(['find', {}], ['sort', { _id: 1 }], ['project', { v: 1 }], ['toArray']),
  ],
  aggregation: [
    filled,
    {
      collection: 'rows',
      calls: [['insertMany', [0, 1, 2].map((row) => ({ _id: row, name: `row ${row}` }))]],
    },
    things(
      [
        'aggregate',
        [
          { $match: { depth: { $lt: 1 } } },
          { $lookup: { from: 'rows', localField: 'at.row', foreignField: '_id', as: 'row' } },
          { $sort: { _id: 1 } },
        ],
      ],
      ['toArray'],
    ),
    things(
      [
        'aggregate',
        [
          {
            $facet: {
              kinds: [{ $group: { _id: '$kind', n: { $sum: 1 } } }, { $sort: { _id: 1 } }],
              all: [{ $count: 'n' }],
            },
          },
        ],
      ],
      ['toArray'],
    ),
    things(
      [
        'aggregate',
        [
          { $unwind: '$tags' },
          { $group: { _id: '$tags', depth: { $avg: '$depth' } } },
          { $sort: { _id: 1 } },
        ],
      ],
      ['toArray'],
    ),
    things(['aggregate', [{ $sort: { _id: 1 } }, { $project: { _id: 1 } }], { batchSize: 9 }], ['toArray']),
    things(['aggregate', [{ $nonsense: 1 }]], ['toArray']),
    things(['aggregate', [{ $match: { _id: 3 } }, { $out: 'copied' }]], ['toArray']),
    { collection: 'copied', calls: [['findOne', {}]] },
  ],
  'collections and indexes': [
    database(['createCollection', 'made']),
    { collection: 'made', calls: [['insertOne', { _id: 1 }]] },
    { collection: 'made', calls: [['createIndex', { a: 1 }, { name: 'byA' }]] },
    { collection: 'made', calls: [['createIndex', { b: -1, c: 1 }, { unique: true }]] },
    {
      collection: 'made',
      calls: [
        [
          'insertMany',
          [
            { _id: 2, b: 1, c: 1 },
            { _id: 3, b: 1, c: 1 },
          ],
        ],
      ],
    },
    { collection: 'made', calls: [['dropIndex', 'byA']] },
    { collection: 'made', calls: [['dropIndex', 'byA']] },
    { collection: 'made', calls: [['rename', 'renamed']] },
    { collection: 'renamed', calls: [['countDocuments', {}]] },
    { collection: 'renamed', calls: [['drop']] },
    { collection: 'renamed', calls: [['countDocuments', {}]] },
    database(['command', { nonsense: 1 }]),
    database(['command', { ping: 1 }]),
  ],
};

/** Those whose commands are other ones in a replica set: writes have numbers there. */
const WRITES = ['inserts', 'updates and deletes', 'find and change', 'bulk writes'];

const IN_SESSION = { $session: true };

/** What a replica set is asked. */
export const SET_CASES: Readonly<Record<string, readonly MongodbStep[]>> = {
  ...Object.fromEntries(WRITES.map((name) => [name, CASES[name] ?? []])),
  'a transaction that is committed': [
    things(['insertOne', { _id: 0 }]),
    {
      transaction: [
        things(['insertOne', { _id: 1 }, IN_SESSION]),
        things(['updateOne', { _id: 0 }, { $set: { a: 1 } }, IN_SESSION]),
        things(['find', {}, IN_SESSION], ['sort', { _id: 1 }], ['toArray']),
        things(['countDocuments', {}]),
      ],
      ends: 'commit',
    },
    things(['find', {}], ['sort', { _id: 1 }], ['toArray']),
  ],
  'a transaction that is aborted': [
    things(['insertOne', { _id: 0 }]),
    { transaction: [things(['deleteMany', {}, IN_SESSION])], ends: 'abort' },
    things(['countDocuments', {}]),
  ],
  'writes that may be sent twice': [
    things(['insertOne', { _id: 0 }]),
    things(['insertMany', [{ _id: 1 }, { _id: 0 }]]),
    things(['findOneAndUpdate', { _id: 0 }, { $inc: { n: 1 } }, { returnDocument: 'after' }]),
    things(['deleteOne', { _id: 0 }]),
  ],
};

/** Files, written by one client and read by either. */
export const FILE_CASES: Readonly<Record<string, readonly MongodbStep[]>> = {
  'files of GridFS': [
    { upload: 'small', bytes: 10, chunkSizeBytes: 1_024 },
    { upload: 'large', bytes: 700_000, chunkSizeBytes: 100_000 },
    { upload: 'empty', bytes: 0, chunkSizeBytes: 1_024 },
    { download: 'small' },
    { download: 'large' },
    { download: 'empty' },
    { collection: 'fs.chunks', calls: [['countDocuments', {}]] },
    {
      collection: 'fs.files',
      calls: [
        ['find', {}, { projection: { _id: 0, uploadDate: 0, length: 0 }, sort: { filename: 1 } }],
        ['toArray'],
      ],
    },
    // An int64 by the specification, as ours writes it; the driver writes an int32.
    { collection: 'fs.files', calls: [['countDocuments', { length: 700_000 }]] },
    { deleteFile: 'large' },
    { collection: 'fs.chunks', calls: [['countDocuments', {}]] },
  ],
};
