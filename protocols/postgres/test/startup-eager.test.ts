// Eager starts and first queries behind the proof, by the real client against scripted servers: how many connections
// and turns they take, and that a wrong guess never reaches the caller.
import { createHash } from 'node:crypto';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import {
  authenticationOk,
  ByteReader,
  bytes,
  errorResponse,
  greeting,
  int32,
  message,
} from './support/backend.ts';
import { sasl } from './support/start.ts';

type Play = (line: MemoryServer, reader: ByteReader, startup: string) => Promise<void>;

/** Dials servers that are played one after the other, and counts them. Each has a host of its own: guesses are remembered. */
async function against(host: string, plays: readonly Play[], options = {}) {
  let dialled = 0;
  const connector = memoryConnector(async (line) => {
    const play = plays[dialled];
    dialled += 1;
    const reader = new ByteReader(line);
    const startup = new TextDecoder().decode(await reader.packet());
    await play?.(line, reader, startup);
  });
  const url = `postgres://app:secret@${host}/shop?sslmode=disable`;
  const outcome: unknown = await connect(url, {
    connector,
    connectTimeoutMs: 1000,
    eager: true,
    ...options,
  }).catch((error: unknown) => error);
  return { outcome, dialled };
}

const accept: Play = async (line) => line.write(bytes(authenticationOk, greeting));

/** Reads the guess, so that the answer to it is not lost, says this, and hangs up. */
const say =
  (...reply: Uint8Array[]): Play =>
  async (line, reader) => {
    expect((await reader.message())?.type).toBe('p');
    await line.write(bytes(...reply));
    await line.close();
  };

const md5: Play = async (line, reader) => {
  await line.write(message('R', int32(5), int32(1)));
  const stored = createHash('md5').update('secretapp').digest('hex');
  const expected = createHash('md5').update(stored).update(int32(1)).digest('hex');
  expect(new TextDecoder().decode((await reader.message())?.body)).toBe(`md5${expected}\0`);
  await accept(line, reader, '');
};

describe('a wrong guess costs one connection, and nothing else', () => {
  it.each<[string, Play, Play]>([
    ['no authentication at all', say(authenticationOk, greeting), accept],
    ['md5', say(message('R', int32(5), int32(1))), md5],
    ['SASL without SCRAM', say(message('R', int32(10), 'OAUTHBEARER\0\0')), accept],
    ['an error', say(errorResponse('08P01', 'unexpected message')), accept],
    ['an error behind the offer', say(sasl, errorResponse('28P01', 'no')), accept],
    ['a hang-up', async (line) => line.close(), accept],
    ['a reset', async (line) => line.destroy(new Error('reset')), accept],
    [
      'a reset behind the offer',
      async (line) => line.write(sasl).then(() => line.destroy(new Error('reset'))),
      accept,
    ],
    ['what is not Postgres', say(bytes('HTTP/1.1 400')), accept],
  ])('%s', async (what, first, second) => {
    const { outcome, dialled } = await against(`${what.replaceAll(/\W/g, '-')}.test`, [first, second]);
    expect(outcome).toMatchObject({ processId: 4711 });
    expect(dialled).toBe(2);
  });

  it('and is not made again', async () => {
    const plays = [say(authenticationOk), accept];
    expect(await against('again.test', plays)).toMatchObject({ dialled: 2 });
    const guesses: string[] = [];
    const plain: Play = async (line, reader, startup) => {
      guesses.push(startup);
      await accept(line, reader, startup);
    };
    expect(await against('again.test', [plain])).toMatchObject({ dialled: 1 });
    expect(guesses).toHaveLength(1);
  });

  it('a server that refuses on the second connection, too, is heard', async () => {
    const refuse: Play = async (line) => line.write(errorResponse('53300', 'too many clients'));
    const { outcome, dialled } = await against('full.test', [refuse, refuse]);
    expect(outcome).toMatchObject({ code: 'server', server: { code: '53300' }, safeToRetry: true });
    expect(dialled).toBe(2);
  });
});

it('without `eager`, nothing is sent behind the start-up message', async () => {
  const patient: Play = async (line, reader, startup) => {
    const early = await Promise.race([
      reader.message(),
      new Promise((resolve) => setTimeout(resolve, 30, 'nothing')),
    ]);
    expect(early).toBe('nothing');
    await accept(line, reader, startup);
  };
  const { outcome } = await against('patient.test', [patient], { eager: false });
  expect(outcome).toMatchObject({ processId: 4711 });
});
