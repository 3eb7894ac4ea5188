// A stream in portions: what happens to its portal when nobody asks for the next portion.
import { expect, it } from 'vitest';
import { dataRow, message, ready, rowDescription } from './support/backend.ts';
import { byHand } from './support/by-hand.ts';

const row = dataRow(['1']);
const suspended = message('s');

it('a portal that is suspended after its stream was left is closed by a Sync, and the connection goes on', async () => {
  const [db, hand] = await byHand();
  const cancelled = new Promise<void>((resolve) => {
    hand.onCancel = resolve;
  });
  const left = (async () => {
    for await (const _ of db.stream('select many', [], { fetchSize: 2 })) break;
  })();
  for (const type of ['P', 'B', 'D', 'E', 'H']) await hand.expect(type);
  await hand.send(message('1'), message('2'), rowDescription([['a', 23]]), row);
  // The CancelRequest finds the portal suspended, where nothing runs that it could end.
  await cancelled;
  await hand.send(row, suspended);
  await hand.expect('S');
  await hand.send(ready);
  await left;
  const later = db.query('select 1');
  await hand.run('SELECT 0');
  expect(await later).toMatchObject({ command: 'SELECT' });
  await db.close();
});
