// The login of a client: one time for all of it, passwords that are asked for, the server's time limit, errors of servers
// that cannot begin. Servers are scripted.
import { FairleadError } from '@fairlead/errors';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, connect, open } from '../src/index.ts';
import {
  authenticationOk,
  ByteReader,
  bytes,
  errorResponse,
  greeting,
  int32,
  message,
} from './support/backend.ts';
import { failure } from './support/by-hand.ts';
import { sasl } from './support/start.ts';

type Play = (line: MemoryServer, startup: string, reader: ByteReader) => Promise<void>;

/** Servers, one after the other, and what each was told first. */
function servers(host: string, plays: readonly Play[]) {
  const told: string[] = [];
  const connector = memoryConnector(async (line) => {
    const reader = new ByteReader(line);
    const startup = new TextDecoder().decode(await reader.packet());
    told.push(startup);
    await plays[told.length - 1]?.(line, startup, reader);
  });
  return { told, connector, url: `postgres://app@${host}/shop?sslmode=disable` };
}

const accept: Play = (line) => line.write(bytes(authenticationOk, greeting));
const silent: Play = async (line) => {
  await line.closed;
};

describe('a password that is asked for', () => {
  const clear: Play = async (line, _startup, reader) => {
    await line.write(message('R', int32(3)));
    expect(new TextDecoder().decode((await reader.message())?.body)).toBe('token-1\0');
    await accept(line, '', reader);
  };
  const allow: ConnectOptions = { allowCleartextPassword: true };

  it('is asked for at the login', async () => {
    let asked = 0;
    const { connector, url } = servers('function.test', [clear]);
    const password = async () => {
      asked += 1;
      return `token-${asked}`;
    };
    const db = await connect(url, { connector, password, ...allow });
    expect(asked).toBe(1);
    await db.close();
  });

  it.each<[string, () => string | Promise<string>, Record<string, unknown>]>([
    ['throws', () => Promise.reject(new Error('no')), { code: 'auth', blame: 'local' }],
    ['gives no text', () => 5 as unknown as string, { code: 'usage' }],
    ['gives a NUL', () => 'a\0b', { code: 'usage' }],
    ['never answers', () => new Promise<string>(() => undefined), { code: 'connect_timeout' }],
  ])('fails when it %s', async (_, password, expected) => {
    const { connector, url } = servers('function.test', [silent]);
    const error = await failure(connect(url, { connector, password, connectTimeoutMs: 100, ...allow }));
    expect(error).toMatchObject({ ...expected, safeToRetry: true });
  });
});

it('all stages have one time', async () => {
  const slow: Play = async (line) => {
    await scheduler.wait(250);
    await line.write(message('R', int32(3)));
    await line.closed;
  };
  const { connector, url } = servers('slow.test', [slow]);
  const late: typeof connector = async (...input) => {
    await scheduler.wait(250);
    return connector(...input);
  };
  const startedAt = Date.now();
  const options = {
    connector: late,
    connectTimeoutMs: 400,
    password: () => new Promise<string>(() => undefined),
  };
  expect(await failure(connect(url, options))).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
  expect(Date.now() - startedAt).toBeLessThan(630);
});

it('a statement behind a proof that is not answered is not safe to retry: it may have run', async () => {
  const half: Play = async (line, _startup, reader) => {
    await line.write(sasl);
    const initial = new TextDecoder().decode((await reader.message())?.body);
    const nonce = /r=(.*)$/.exec(initial)?.[1];
    await line.write(message('R', int32(11), `r=${nonce}server,s=${btoa('salt')},i=4096`));
    await line.closed;
  };
  const { connector, url } = servers('half.test', [half]);
  const db = open(url, { connector, password: 'secret', connectTimeoutMs: 300 });
  expect(await failure(db.query('insert'))).toMatchObject({ code: 'connect_timeout', safeToRetry: false });
  expect(await failure(db.ready)).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
});

describe('the server’s time limit', () => {
  it('stands in the start-up message, and the caller’s own wins', async () => {
    const { connector, url, told } = servers('timed.test', [accept, accept]);
    await (await connect(url, { connector, statementTimeoutMs: 1500.2 })).close();
    const parameters = { statement_timeout: '7' };
    await (await connect(url, { connector, statementTimeoutMs: 1500, parameters })).close();
    expect(told[0]).toContain('statement_timeout\x001501\0');
    expect(told[1]).toContain('statement_timeout\x007\0');
    expect(told[1]).not.toContain('1500');
  });

  it('is left out where it is refused, and not tried again', async () => {
    const refuse: Play = async (line) => {
      await line.write(
        errorResponse('08P01', 'unsupported startup parameter: statement_timeout', { S: 'FATAL' }),
      );
      await line.close();
    };
    const { connector, url, told } = servers('pooler.test', [refuse, accept, accept]);
    for (let i = 0; i < 2; i += 1) {
      await (await connect(url, { connector, statementTimeoutMs: 1500 })).close();
    }
    expect(told.map((each) => each.includes('statement_timeout'))).toEqual([true, false, false]);
  });
});

describe('an error in the form of protocol 2', () => {
  const text = 'could not fork new process for connection: Cannot allocate memory';

  it.each([[[`E${text}\n\0`]], [['E', text, '\n', '\0']]])('is shown (%#)', async (parts) => {
    const fails: Play = async (line) => {
      for (const part of parts) await line.write(bytes(part));
      await line.close();
    };
    const { connector, url } = servers('old.test', [fails]);
    const error = await failure(connect(url, { connector }));
    expect(error).toBeInstanceOf(FairleadError);
    expect(error).toMatchObject({ code: 'server', safeToRetry: true, server: { code: '', message: text } });
  });

  it('is no way to fill memory', async () => {
    const endless: Play = async (line) => {
      for (let i = 0; i < 100; i += 1) await line.write(bytes(i === 0 ? 'E' : '', 'x'.repeat(1000)));
      await line.closed;
    };
    const { connector, url } = servers('endless.test', [endless]);
    expect(await failure(connect(url, { connector }))).toMatchObject({ code: 'server' });
  });
});
