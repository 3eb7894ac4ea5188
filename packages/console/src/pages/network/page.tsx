// The network: how long connections take, what a server answers, and what tunnels carry.
import { useEffect, useMemo } from 'preact/hooks';
import { draft } from '../../app/tabs/tab.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Sections } from '../../ui/layout/sections.tsx';
import type { PageProps } from '../contract.ts';
import './network.css';
import { Ping } from './ping/ping.tsx';
import { PingState } from './ping/ping-state.ts';
import { Send } from './send/send.tsx';
import { connectionsFor, mayChoose, type TcpAction } from './targets/target.ts';
import { TunnelRun } from './tunnels/tunnel-run.ts';
import { Tunnels } from './tunnels/tunnels.tsx';

/** The page. */
export function Page({ tab, access, caller }: PageProps) {
  const ping = useMemo(() => new PingState(caller), [caller]);
  const tunnel = useMemo(() => new TunnelRun(caller), [caller]);
  const current = draft(tab, 'part', 'ping');
  useEffect(
    () => () => {
      ping.work.stop();
      tunnel.close();
    },
    [ping, tunnel],
  );
  const may = (action: TcpAction): boolean =>
    connectionsFor(access, action).length > 0 || mayChoose(access, action);
  const missing = (action: TcpAction) => (
    <Empty title="Not for this token">It needs tcp:{action} of a connection, or of addresses.</Empty>
  );
  return (
    <Sections
      label="Parts of the network page"
      current={current}
      sections={[
        [
          'ping',
          'Ping',
          () => (may('ping') ? <Ping tab={tab} access={access} state={ping} /> : missing('ping')),
        ],
        [
          'send',
          'Send bytes',
          () => (may('send') ? <Send tab={tab} access={access} caller={caller} /> : missing('send')),
        ],
        ['tunnels', 'Tunnels', () => <Tunnels tab={tab} access={access} caller={caller} run={tunnel} />],
      ]}
    />
  );
}
