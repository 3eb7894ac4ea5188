// The ping: which targets, how often, and what comes back, live.
import type { Signal } from '@preact/signals';
import { draft } from '../../../app/tabs/tab.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Check, Select, TextField } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import type { PageProps } from '../../contract.ts';
import { connectionsFor, mayChoose, readAddresses, type Target } from '../targets/target.ts';
import { PingFigures } from './ping-figures.tsx';
import type { PingState } from './ping-state.ts';

/** The gateway's own limit. */
const MAX_TARGETS = 10;

const INTERVALS = [
  ['250', 'Every 250 ms'],
  ['1000', 'Every second'],
  ['5000', 'Every 5 s'],
  ['10000', 'Every 10 s'],
] as const;

interface PingProps extends Pick<PageProps, 'tab' | 'access'> {
  readonly state: PingState;
}

/** The part of the page. */
export function Ping({ tab, access, state }: PingProps) {
  const chosen = draft<readonly string[]>(tab, 'pingConnections', []);
  const addresses = draft(tab, 'pingAddresses', '');
  const tls = draft(tab, 'pingTls', false);
  const interval = draft<string>(tab, 'pingInterval', '1000');
  const names = connectionsFor(access, 'ping');
  const read = readAddresses(addresses.value);
  const targets: Target[] = [
    ...chosen.value.filter((name) => names.includes(name)).map((connection) => ({ connection })),
    ...(mayChoose(access, 'ping') ? read.good : []).map((address) => ({ address })),
  ];
  const isRunning = state.work.state.value === 'running';
  const fault = faultOf(targets.length, read.bad);
  const start = () => void state.start({ targets, tls: tls.value, intervalMs: Number(interval.value) });
  return (
    <>
      <Connections names={names} chosen={chosen} />
      {mayChoose(access, 'ping') && (
        <TextField
          label="Addresses"
          value={addresses}
          placeholder="db.example.com:5432 mail.example.com:25"
          hint={`Several between spaces. The gateway allows ${access.targets.join(', ')}`}
          error={read.bad.length === 0 ? undefined : `No host and port: ${read.bad.join(', ')}`}
        />
      )}
      <div class="row bottom">
        <Select label="Interval" value={interval} options={INTERVALS} />
        <Check label="TLS too, from the first byte" value={tls} />
        <span class="grow" />
        {fault !== undefined && <span class="muted">{fault}</span>}
        {isRunning ? (
          <Button kind="primary" onClick={() => state.work.stop()}>
            Stop
          </Button>
        ) : (
          <Button kind="primary" isDisabled={fault !== undefined} onClick={start}>
            Start
          </Button>
        )}
      </div>
      {state.work.error.value !== undefined && <ProblemView error={state.work.error.value} onRetry={start} />}
      {state.rounds.value.length === 0 && state.problems.value.size === 0 ? (
        <Empty title={isRunning ? 'Waiting for the first sample' : 'Nothing measured yet'}>
          How long the gateway takes to open a connection to each server; nothing is sent over it.
        </Empty>
      ) : (
        <PingFigures state={state} />
      )}
    </>
  );
}

function faultOf(count: number, bad: readonly string[]): string | undefined {
  if (bad.length > 0) return 'An address is wrong.';
  if (count === 0) return 'Choose a server.';
  return count > MAX_TARGETS ? `At most ${MAX_TARGETS} servers.` : undefined;
}

interface ConnectionsProps {
  readonly names: readonly string[];
  readonly chosen: Signal<readonly string[]>;
}

function Connections({ names, chosen }: ConnectionsProps) {
  if (names.length === 0) return null;
  return (
    <fieldset class="network-choices">
      <legend>Connections</legend>
      {names.map((name) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={chosen.value.includes(name)}
            onChange={(event) => {
              const others = chosen.value.filter((each) => each !== name);
              chosen.value = event.currentTarget.checked ? [...others, name] : others;
            }}
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
