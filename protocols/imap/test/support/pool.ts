// A mooring in this process, in front of a server in memory.
import { type MooringNamespace, type MooringObject, mooring } from '@fairlead/mooring';
import { memoryConnector } from '@fairlead/testkit';
import type { ImapClient } from '../../src/index.ts';
import { connect, type MooredOptions, seat } from '../../src/mooring/index.ts';
import type { MailServer } from './mail-server.ts';

let pools = 0;

/** Clients of one pool, which no other test has: the name of its account is its own. */
export function testPool(server: MailServer, options: MooredOptions = {}) {
  const state = { opened: 0 };
  const connector = memoryConnector((line) => {
    state.opened += 1;
    return server.serve(line);
  });
  const Mooring = mooring([seat], { connector });
  const objects = new Map<string, MooringObject>();
  const get = (name: string): MooringObject => {
    const object = objects.get(name) ?? new Mooring({}, {});
    objects.set(name, object);
    return object;
  };
  const namespace: MooringNamespace = { idFromName: (name) => name, get };
  const username = `ann${++pools}`;
  return {
    state,
    connect: (more: MooredOptions = {}): Promise<ImapClient> =>
      connect(namespace, 'imaps://mail.test', {
        username,
        password: 'the-secret',
        timeoutMs: 5000,
        ...options,
        ...more,
      }),
    stats: () => [...objects.values()][0]?.stats(),
  };
}
