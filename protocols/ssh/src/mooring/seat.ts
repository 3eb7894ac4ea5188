// How a pool opens, checks and closes a connection to an SSH server.
import type { Berth, OpenBerthOptions, Seat, Settings } from '@fairlead/mooring';
import { open as openConnection } from '../connection/open.ts';
import type { SshOptions } from '../options/connect-options.ts';
import { resolveOptions } from '../options/resolve-options.ts';
import { globalRequestMessage } from '../wire/channels/encode.ts';
import { frame } from './messages/frames.ts';
import { LinkTransport } from './messages/link-transport.ts';
import { KEEP_ALIVE, SshTracker } from './tracker.ts';

/** SSH's seat in a mooring. Each borrower has a connection to itself, with as many channels as it likes. */
export const seat: Seat = {
  protocol: 'ssh',
  isShared: false,
  open,
  // OpenSSH drops what is too much (MaxStartups) without a word.
  isFull: () => false,
};

const signOfLife = (): Uint8Array => frame(globalRequestMessage(KEEP_ALIVE));

async function open({ url, options }: Settings, { connector, signal }: OpenBerthOptions): Promise<Berth> {
  const settings = resolveOptions(url, { ...(options as SshOptions), connector, signal });
  const { link, server } = await openConnection(settings);
  const tracker = new SshTracker();
  return {
    transport: new LinkTransport(link),
    greeting: server,
    terms: server.software,
    tracker,
    // Channels leave nothing behind, once the server has closed them too: its answer comes behind that.
    resetBytes: signOfLife,
    get isReset() {
      return tracker.isIdle;
    },
    checkBytes: signOfLife,
    // The link says goodbye when it is closed.
    goodbyeBytes: () => new Uint8Array(),
  };
}
