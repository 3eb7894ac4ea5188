// Compliance: addresses that must be refused before anything is dialled, and those that must be brought into form.
import { isFairleadError } from '@fairlead/transport';
import { expect } from 'vitest';
import { type ComplianceCase, failure, inTime, type Lab } from './harness.ts';

const BAD_PORTS = [0, -1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY];

const BAD_HOSTS = [
  '',
  ' ',
  'two words',
  'host\r\nX-Injected: 1',
  'host\nnext',
  'nul\0byte',
  '\u0007bell',
  'a..b',
  '.',
  '..',
  'http://host',
  'user@host',
  'host/path',
  'host?query',
  'host#part',
  'back\\slash',
  '[::1',
  '::1]',
  '[]',
  '[host]',
  ':::',
  '1:2:3',
  'host:80',
  '%00',
  'percent%20',
  `${'a'.repeat(64)}.test`,
  `${'abcdefgh.'.repeat(30)}test`,
];

/** What a caller may write, and what is dialled. */
const SPELLINGS: readonly (readonly [given: string, dialled: string])[] = [
  ['LOCALHOST', 'localhost'],
  ['localhost.', 'localhost'],
  ['bücher.invalid', 'xn--bcher-kva.invalid'],
  ['[::1]', '::1'],
  ['::1', '::1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['127.0.0.1', '127.0.0.1'],
];

const ports: ComplianceCase = {
  name: 'ports that are no port from 1 to 65535: usage',
  async run(lab) {
    for (const port of BAD_PORTS) {
      const error = await failure(lab.connector({ hostname: lab.world.hostname, port }), 'usage');
      expect(error.message, String(port)).toMatch(/65535/);
    }
  },
};

const port25: ComplianceCase = {
  name: 'port 25: policy, before dialling, with the reason and the ports to use',
  async run(lab) {
    const startedAt = performance.now();
    const error = await failure(lab.connector({ hostname: lab.world.hostname, port: 25 }), 'policy');
    expect(performance.now() - startedAt).toBeLessThan(100);
    expect(error.message).toMatch(/Cloudflare/);
    for (const port of ['587', '465']) expect(error.message).toContain(port);
  },
};

const hosts: ComplianceCase = {
  name: 'host names that are empty, malformed, or hold CR, LF, NUL or spaces: usage, and quoted safely',
  async run(lab) {
    for (const hostname of BAD_HOSTS) {
      const error = await failure(
        lab.connector({ hostname, port: 7 }).catch((reason: unknown) => {
          throw isFairleadError(reason) ? reason : new Error(`${JSON.stringify(hostname)}: ${reason}`);
        }),
        'usage',
      );
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is the point
      expect(error.message, JSON.stringify(hostname)).not.toMatch(/[\0-\x1f]/);
    }
  },
};

/** The host as it was dialled, whether that succeeded or not. */
async function dialled(lab: Lab, hostname: string): Promise<string | undefined> {
  const attempt = lab.connector({ hostname, port: lab.world.ports.plain }, { connectTimeoutMs: 500 });
  try {
    const transport = await inTime('connecting', attempt);
    transport.destroy(new Error('seen'));
    return transport.peer.hostname;
  } catch (error) {
    if (isFairleadError(error) && error.code !== 'usage') return error.peer?.hostname;
    throw error;
  }
}

const spellings: ComplianceCase = {
  name: 'upper case, trailing dot, IDN and IPv6 with and without brackets are brought into one form',
  async run(lab) {
    for (const [given, expected] of SPELLINGS) expect(await dialled(lab, given), given).toBe(expected);
  },
};

const messages: ComplianceCase = {
  name: 'messages put IPv6 addresses in brackets',
  async run(lab) {
    const attempt = lab.connector(
      { hostname: '::1', port: lab.world.ports.refused },
      { connectTimeoutMs: 500 },
    );
    const error = await inTime('connecting', attempt).catch((reason: unknown) => reason);
    expect(isFairleadError(error) && error.message).toContain(`[::1]:${lab.world.ports.refused}`);
  },
};

/** Cases of addresses. */
export const ADDRESSES: readonly ComplianceCase[] = [ports, port25, hosts, spellings, messages];
