// A session that leaves UTF-8 is ended, before anybody takes its text for another one.
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { Backend, bytes, message, result } from './support/backend.ts';

const url = 'postgres://app@db.test/shop?sslmode=disable';
const refused = expect.objectContaining({ code: 'protocol', blame: 'local', safeToRetry: false });

function answering(encoding: string) {
  const status = message('S', `client_encoding\0${encoding}\0`);
  return new Backend(({ text }) => {
    const one = result([['a', 23]], [['1']]);
    return text === 'change' ? bytes(one, status) : one;
  });
}

describe('client_encoding', () => {
  it.each(['LATIN1', 'SQL_ASCII', 'WIN1252'])('%s ends the connection', async (encoding) => {
    const db = await connect(url, { connector: answering(encoding).connector });
    const all = await Promise.allSettled([db.query('change'), db.query('behind it')]);
    expect(all.map((each) => each.status === 'rejected' && each.reason)).toEqual([refused, refused]);
    await db.closed;
    await expect(db.query('later')).rejects.toMatchObject({ name: 'FairleadError', safeToRetry: true });
  });

  it.each(['UTF8', 'utf-8', 'UNICODE'])('%s does not', async (encoding) => {
    await using db = await connect(url, { connector: answering(encoding).connector });
    await db.query('change');
    expect((await db.query('later')).rowCount).toBe(1);
  });
});
