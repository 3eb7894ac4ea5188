// For tests: a mooring in this process, in front of a mail server in memory.
import { type MooringNamespace, type MooringObject, mooring } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import type { SmtpClient } from '../../src/index.ts';
import { connect, type MooredOptions, seat } from '../../src/mooring/index.ts';

/** A mooring's objects, by their names. */
export interface TestMooring {
  readonly namespace: MooringNamespace;
  readonly objects: ReadonlyMap<string, MooringObject>;
}

/** Makes one whose objects dial by `connector`. */
export function testMooring(connector: Connector): TestMooring {
  const Mooring = mooring([seat], { connector });
  const objects = new Map<string, MooringObject>();
  const get = (name: string): MooringObject => {
    const object = objects.get(name) ?? new Mooring({}, {});
    objects.set(name, object);
    return object;
  };
  return { objects, namespace: { idFromName: (name) => name, get } };
}

let pools = 0;

/** Clients of one pool, which no other test has: the name for EHLO is the pool's own. */
export function testPool(connector: Connector, options: MooredOptions = {}) {
  const { namespace, objects } = testMooring(connector);
  const name = `pool${++pools}.test`;
  return {
    connect: (more: MooredOptions = {}): Promise<SmtpClient> =>
      connect(namespace, 'smtp://app:secret@mx.test', {
        tls: false,
        authWithoutTls: 'cleartext',
        name,
        replyTimeoutMs: 20_000,
        ...options,
        ...more,
      }),
    stats: () => [...objects.values()][0]?.stats(),
  };
}
