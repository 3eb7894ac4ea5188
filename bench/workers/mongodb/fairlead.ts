// Ours.
import { connect, ObjectId } from '@fairlead/mongodb';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

export default rounds({
  fairlead: subject(async (port) => {
    const client = await connect(`mongodb://app:app-password@localhost:${port}/`, { tls: false });
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
