// The sign of life of a named connection: CONNECT and DISCONNECT, under an identifier that no session has.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';
import { connect } from '../client.ts';
import type { ConnectOptions } from '../types/client.ts';

/** @throws FairleadError Where the broker cannot be used. */
export async function check({ url, options, limit, connector }: ConnectionCheck): Promise<void> {
  const {
    topics: _topics,
    broker: _broker,
    clientIdPrefix: _prefix,
    clientId: _id,
    will: _will,
    ...own
  } = options;
  const login: ConnectOptions = own;
  const timeoutMs = remainingMs(limit);
  // A WebSocket is dialled by the client itself.
  const carrier = /^wss?:/.test(url) ? {} : { connector };
  const { signal } = limit;
  await using _client = await connect(url, {
    ...login,
    ...carrier,
    clean: true,
    connectTimeoutMs: timeoutMs,
    timeoutMs,
    signal,
  });
}
