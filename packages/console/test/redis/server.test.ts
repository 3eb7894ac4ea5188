// What the server says of itself.
import { describe, expect, it } from 'vitest';
import {
  fieldsOf,
  hitRatio,
  numberOf,
  readClients,
  readInfo,
  readSlowLog,
} from '../../src/pages/redis/server/info.ts';
import { decodeReplies } from '../../src/pages/redis/wire/resp2.ts';

const INFO =
  '# Server\r\nredis_version:8.0.2\r\nexecutable:/a:b\r\n\r\n# Stats\r\nkeyspace_hits:3\r\nkeyspace_misses:1\r\n\r\n# Empty\r\n';

describe('INFO', () => {
  it('is read by sections', () => {
    expect(readInfo(INFO).map(({ title, fields }) => [title, fields.length])).toEqual([
      ['Server', 2],
      ['Stats', 2],
    ]);
    expect(fieldsOf(readInfo(INFO)).get('executable')).toBe('/a:b');
  });

  it('gives numbers where there are some', () => {
    const fields = fieldsOf(readInfo(INFO));
    expect(hitRatio(fields)).toBe(0.75);
    expect(numberOf(fields, 'redis_version')).toBeUndefined();
    expect(numberOf(fields, 'used_memory')).toBeUndefined();
    expect(hitRatio(new Map())).toBeUndefined();
  });
});

describe('the slow log', () => {
  it('is read with and without its clients', () => {
    const wire = '*1\r\n*4\r\n:7\r\n:1700000000\r\n:12345\r\n*2\r\n$4\r\nKEYS\r\n$1\r\n*\r\n';
    const [reply] = decodeReplies(new TextEncoder().encode(wire));
    expect(readSlowLog(reply ?? { type: 'nil' })).toEqual([
      { id: '7', at: 1_700_000_000_000, microseconds: 12_345, command: ['KEYS', '*'], client: '' },
    ]);
  });
});

describe('the clients', () => {
  it('are read line by line, names with equals signs too', () => {
    const [client] = readClients('id=3 addr=127.0.0.1:5000 name=a=b cmd=get\n');
    expect([client?.get('id'), client?.get('name'), client?.get('cmd')]).toEqual(['3', 'a=b', 'get']);
    expect(readClients('')).toEqual([]);
  });
});
