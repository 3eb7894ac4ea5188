// Callers without types, who give anything in place of any option: what leaves is a typed error, or a connector.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import type { ConnectOptions, Connector } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { type OverTlsOptions, overTls } from '../../src/workerd.ts';

expectNoUnhandledRejection();

const ca = inject('ca');
const NAMES = [
  ...['ca', 'cert', 'key', 'servername', 'alpn', 'pins', 'pinOnly', 'anyName', 'minVersion'],
  ...['roots', 'versions', 'cipherSuites', 'groups', 'tickets', 'mode', 'nonsense'],
];
const ODD: readonly unknown[] = [
  ...[null, 0, 1, -1, Number.NaN, '', 'x', true, false, 10n, Symbol('x'), () => 1],
  ...[[], [null], [undefined], [0], [''], [[]], [{}], [{ version: 'TLSv1.2' }], [new Uint8Array(3)]],
  ...[{}, { version: 'TLSv1.2' }, new Map(), new Date(0), new Uint8Array(3), { length: 1, 0: 'x' }],
];
const unreachable: Connector = async () => {
  throw new FairleadError('connect_failed', 'nothing is there');
};

async function connect(options: unknown, call: object): Promise<void> {
  try {
    const connector = overTls(options as OverTlsOptions, unreachable);
    await connector({ hostname: 'db.test', port: 1 }, { tls: 'implicit', ...call } as ConnectOptions);
    expect.unreachable();
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    expect(['usage', 'connect_failed']).toContain(error.code);
  }
}

describe('anything', () => {
  it('in place of all options', async () => {
    for (const odd of ODD) await connect(odd, {});
  });

  it.each(NAMES)('as %s', async (name) => {
    for (const odd of ODD) {
      await connect({ ca, [name]: odd }, {});
      await connect({ ca }, { tlsOptions: { [name]: odd } });
    }
  });

  it('as what a call says', async () => {
    for (const odd of ODD) {
      await connect({ ca }, { tlsOptions: odd });
      await connect({ ca }, { resume: odd });
    }
  });
});
