// The Worker whose object keeps the sessions of `mooring.test.ts`, in the isolate of the tests: servers are in its memory.
import { mooring } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import { seat } from '../src/mooring/index.ts';

/** By host name: what dials that server. */
export const servers = new Map<string, Connector>();

const connector: Connector = (address, options) => {
  const dial = servers.get(address.hostname);
  if (dial === undefined) throw new Error(`no server ${address.hostname}`);
  return dial(address, options);
};

/** The object. */
export class Mooring extends mooring([seat], { connector }) {}

export default {};
