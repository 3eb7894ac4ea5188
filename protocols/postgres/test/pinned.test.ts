// What is pinned at the start-up, with a pooler that does not take it: a second connection, the first time.
import { memoryConnector } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { authenticationOk, ByteReader, bytes, errorResponse, greeting } from './support/backend.ts';

const REFUSAL = errorResponse('08P01', 'unsupported startup parameter: extra_float_digits');

/**
 * A server that says this of start-ups with the parameter, and takes all others; and the start-ups that came.
 * @param unknown A parameter that it knows even less.
 */
function pooler(host: string, refusal: Uint8Array | undefined, unknown?: string) {
  const startups: boolean[] = [];
  const connector = memoryConnector(async (line) => {
    const startup = new TextDecoder().decode(await new ByteReader(line).packet());
    const isPinned = startup.includes('extra_float_digits\x003\0');
    startups.push(isPinned);
    const isUnknown = unknown !== undefined && startup.includes(`${unknown}\0`);
    const refused = isUnknown ? errorResponse('42704', 'unrecognized parameter') : isPinned && refusal;
    if (!refused) await line.write(bytes(authenticationOk, greeting));
    else {
      await line.write(refused);
      await line.close();
    }
  });
  const url = `postgres://app@${host}/shop?sslmode=disable`;
  const open = async (parameters?: Record<string, string>) => {
    const client = await connect(url, { connector, parameters, connectTimeoutMs: 1000 });
    await client.close();
  };
  return { startups, open };
}

describe('extra_float_digits', () => {
  it('is sent at the start-up', async () => {
    const { startups, open } = pooler('takes-it.test', undefined);
    await open();
    expect(startups).toEqual([true]);
  });

  it('is left out for a pooler that refuses it, from the second connection on', async () => {
    const { startups, open } = pooler('refuses-it.test', REFUSAL);
    await open();
    await open();
    expect(startups).toEqual([true, false, false]);
  });

  it('is not sent where the caller says nothing is to be', async () => {
    const { startups, open } = pooler('not-asked.test', REFUSAL);
    await open({ extra_float_digits: '' });
    expect(startups).toEqual([false]);
  });

  it('stays where it was another parameter that the server refused', async () => {
    const { startups, open } = pooler('refuses-another.test', undefined, 'nonsense');
    await expect(open({ nonsense: '1' })).rejects.toMatchObject({ server: { code: '42704' } });
    await open();
    expect(startups).toEqual([true, false, true]);
  });

  it('is not left out for other refusals', async () => {
    const { startups, open } = pooler('no-entry.test', errorResponse('28000', 'no pg_hba.conf entry'));
    await expect(open()).rejects.toMatchObject({ code: 'auth', safeToRetry: true });
    expect(startups).toEqual([true]);
  });
});
