// Tunnels: those that are open, and one to try.
import type { PageProps } from '../../contract.ts';
import { connectionsFor, mayChoose } from '../targets/target.ts';
import { OpenStreams } from './open-streams.tsx';
import type { TunnelRun } from './tunnel-run.ts';
import { TunnelTest } from './tunnel-test.tsx';

interface TunnelsProps extends Pick<PageProps, 'tab' | 'access' | 'caller'> {
  readonly run: TunnelRun;
}

/** The part of the page. */
export function Tunnels({ tab, access, caller, run }: TunnelsProps) {
  const mayTunnel = connectionsFor(access, 'tunnel').length > 0 || mayChoose(access, 'tunnel');
  return (
    <>
      {mayTunnel ? (
        <TunnelTest tab={tab} access={access} run={run} />
      ) : (
        <p class="muted">To open a tunnel, a token needs tcp:tunnel of a connection.</p>
      )}
      {access.admin.includes('metrics') ? (
        <OpenStreams caller={caller} />
      ) : (
        <p class="muted">To see the gateway’s open tunnels, a token needs admin:metrics.</p>
      )}
    </>
  );
}
