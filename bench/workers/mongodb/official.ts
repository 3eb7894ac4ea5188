// The official driver over the platform's node:net. One socket for commands; its monitor has another one.
import { MongoClient, ObjectId } from 'mongodb';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

export default rounds({
  mongodb: subject(async (port) => {
    const client = new MongoClient(`mongodb://app:app-password@localhost:${port}/`, { maxPoolSize: 1 });
    await client.connect();
    const db = client.db('bench');
    const _id = new ObjectId('000000000000000000000005');
    return {
      findOne: () => db.collection('things').findOne({ _id }),
      async findAll() {
        let count = 0;
        for await (const _ of db.collection('many').find({})) count++;
        return count;
      },
      insertMany: async (documents) => (await db.collection('written').insertMany(documents)).insertedCount,
      close: () => client.close(),
    };
  }),
});
