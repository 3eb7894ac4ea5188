// A Worker behind a service binding: its `connect` handler forwards to the real server that the caller's address stands for.
import { connect, type Transport } from '@fairlead/transport';
import { serve } from '@fairlead/transport/serve';

interface Env {
  /** The ports of the real servers, by the addresses that callers dial. */
  readonly SERVERS: Readonly<Record<string, number>>;
}

async function pump(from: Transport, to: Transport): Promise<void> {
  for (let bytes = await from.read(); bytes !== undefined; bytes = await from.read()) await to.write(bytes);
}

export default {
  connect: serve<Env>(async (caller, { SERVERS }, _, { localAddress = '' }) => {
    const port = SERVERS[localAddress];
    if (port === undefined) return;
    await using server = await connect({ hostname: 'localhost', port });
    await Promise.race([pump(caller, server), pump(server, caller)]);
  }),
};
