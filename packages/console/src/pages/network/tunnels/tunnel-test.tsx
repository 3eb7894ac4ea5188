// A tunnel to try: opened from the page, with what passes in both directions.
import { useEffect, useMemo } from 'preact/hooks';
import { draft } from '../../../app/tabs/tab.ts';
import { formatBytes, formatMs } from '../../../browser/format.ts';
import { Chart, type Line } from '../../../ui/chart/chart.tsx';
import { Button } from '../../../ui/controls/button.tsx';
import { Check, Select } from '../../../ui/controls/text-field.tsx';
import type { PageProps } from '../../contract.ts';
import { BytesView } from '../send/answer-view.tsx';
import { readBytes } from '../send/bytes.ts';
import { BytesField } from '../send/bytes-field.tsx';
import { chosenTarget, OneTarget } from '../targets/one-target.tsx';
import { lastOf, ratesOf } from './rates.ts';
import type { TunnelRun } from './tunnel-run.ts';

const REPEATS = [
  ['0', 'Once'],
  ['1000', 'Every second'],
  ['100', 'Ten times a second'],
  ['10', 'A hundred times a second'],
] as const;

const perSecond = (bytes: number): string => `${formatBytes(Math.round(bytes))}/s`;

const LINES: readonly Line[] = [
  { name: 'Sent', color: '--line-1', format: perSecond },
  { name: 'Received', color: '--line-2', format: perSecond },
];

interface TunnelTestProps extends Pick<PageProps, 'tab' | 'access'> {
  readonly run: TunnelRun;
}

/** The test. */
export function TunnelTest({ tab, access, run }: TunnelTestProps) {
  const choice = draft(tab, 'tunnelServer', '');
  const address = draft(tab, 'tunnelAddress', '');
  const tls = draft(tab, 'tunnelTls', false);
  const target = chosenTarget(choice.value, address.value);
  const state = run.state.value;
  return (
    <section class="card stack network-part" aria-label="Try a tunnel">
      <h3>Try a tunnel</h3>
      <div class="network-pair">
        <OneTarget access={access} action="tunnel" choice={choice} address={address} />
      </div>
      <div class="row">
        <Check label="TLS from the gateway to the server" value={tls} />
        <span class="grow" />
        {state === 'closed' ? (
          <Button
            kind="primary"
            isDisabled={target === undefined}
            onClick={() => target !== undefined && run.open(target, tls.value)}
          >
            Open the tunnel
          </Button>
        ) : (
          <Button onClick={() => run.close()}>Close the tunnel</Button>
        )}
      </div>
      {state === 'opening' && <p role="status">Opening …</p>}
      {run.ending.value !== undefined && (
        <p class="notice" role="status">
          {run.ending.value}
        </p>
      )}
      {state === 'open' && <Sender tab={tab} run={run} />}
      {run.readings.value.length > 1 && <Rates run={run} />}
      {run.received.value.length > 0 && (
        <>
          <h4>Last bytes received</h4>
          <BytesView bytes={run.received.value} isHex label="Last bytes received" />
        </>
      )}
    </section>
  );
}

function Sender({ tab, run }: Pick<TunnelTestProps, 'tab' | 'run'>) {
  const text = draft(tab, 'tunnelText', String.raw`PING\r\n`);
  const form = draft(tab, 'tunnelForm', 'text');
  const repeat = draft<string>(tab, 'tunnelRepeat', '0');
  const read = readBytes(text.value, form.value);
  const bytes = 'bytes' in read ? read.bytes : undefined;
  const everyMs = Number(repeat.value);
  useEffect(() => {
    if (everyMs === 0 || bytes === undefined) return;
    const timer = setInterval(() => run.send(bytes), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, text.value, form.value, run]);
  return (
    <>
      <BytesField text={text} form={form} name={`${tab.id}-tunnel-form`} />
      <div class="row bottom">
        <Select label="Send" value={repeat} options={REPEATS} />
        {everyMs === 0 && (
          <Button
            kind="primary"
            isDisabled={bytes === undefined || bytes.length === 0}
            onClick={() => bytes !== undefined && run.send(bytes)}
          >
            Send through the tunnel
          </Button>
        )}
      </div>
    </>
  );
}

function Rates({ run }: Pick<TunnelTestProps, 'run'>) {
  const readings = run.readings.value;
  const { x, values } = useMemo(() => ratesOf(readings, LINES.length), [readings]);
  const [up = 0, down = 0] = readings.at(-1)?.counts ?? [];
  const facts = [
    ['Sent', `${formatBytes(up)}, ${perSecond(lastOf(values[0]) ?? 0)}`],
    ['Received', `${formatBytes(down)}, ${perSecond(lastOf(values[1]) ?? 0)}`],
    ['Round trip', run.roundTripMs.value === undefined ? '–' : formatMs(run.roundTripMs.value)],
  ] as const;
  return (
    <>
      <dl class="network-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Chart label="Bytes a second through the tunnel" x={x} values={values} lines={LINES} />
    </>
  );
}
