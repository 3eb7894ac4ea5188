// What came back from each target: a chart of each part, and the figures.
import { useMemo } from 'preact/hooks';
import { formatMs } from '../../../browser/format.ts';
import { Chart, type Line } from '../../../ui/chart/chart.tsx';
import { titleOf } from '../../../ui/feedback/words.ts';
import { targetName } from '../targets/target.ts';
import type { PingState, Place } from './ping-state.ts';
import { type PingPart, seriesOf } from './rounds.ts';
import { type PingStatistics, statisticsOf } from './statistics.ts';

const COLOURS = 6;

/** The charts and the tables, TCP and TLS apart. */
export function PingFigures({ state }: { readonly state: PingState }) {
  return (
    <>
      <PingPlace place={state.place.value} />
      <Part state={state} part="tcpMs" title="TCP connection" />
      {state.hasTls.value && <Part state={state} part="tlsMs" title="TLS handshake" />}
      <Problems problems={state.problems.value} />
    </>
  );
}

function PingPlace({ place }: { readonly place: Place | undefined }) {
  if (place === undefined) return null;
  const { colo, placement } = place;
  return (
    <p class="muted">
      {colo === undefined ? 'The platform does not say where this was measured.' : `Measured from ${colo}. `}
      {placement !== undefined && `The Worker’s placement is ${placement}.`}
    </p>
  );
}

interface PartProps {
  readonly state: PingState;
  readonly part: PingPart;
  readonly title: string;
}

function Part({ state, part, title }: PartProps) {
  const [targets, rounds] = [state.targets.value, state.rounds.value];
  const { x, values } = useMemo(() => seriesOf(rounds, targets.length, part), [rounds, targets, part]);
  const lines: readonly Line[] = targets.map((target, i) => ({
    name: targetName(target),
    color: `--line-${(i % COLOURS) + 1}`,
    isDashed: i >= COLOURS,
    format: formatMs,
  }));
  const rows = targets.map((target, i) => ({
    name: targetName(target),
    statistics: statisticsOf(rounds, i, part),
  }));
  return (
    <section class="stack network-part" aria-label={title}>
      <h3>{title}</h3>
      <Chart label={`${title}: milliseconds by server`} x={x} values={values} lines={lines} />
      <div class="scroll" role="region" aria-label={`${title}: figures`} tabIndex={0}>
        <table class="network-figures">
          <thead>
            <tr>
              <th scope="col">Server</th>
              {['Sent', 'Lost', 'Min', 'p50', 'p90', 'p99', 'Max'].map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, statistics }) => (
              <FiguresRow key={name} name={name} statistics={statistics} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface FiguresRowProps {
  readonly name: string;
  readonly statistics: PingStatistics;
}

function FiguresRow({ name, statistics: { sent, loss, figures, error } }: FiguresRowProps) {
  const times = figures && [figures.min, figures.p50, figures.p90, figures.p99, figures.max];
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number">{sent}</td>
      <td class="number">
        <span class={loss > 0 ? 'badge danger' : ''}>{`${Number((100 * loss).toPrecision(3))} %`}</span>
      </td>
      {times === undefined ? (
        <td colSpan={5} class="muted">
          {error === undefined ? 'no answer yet' : titleOf(error)}
        </td>
      ) : (
        times.map((ms, i) => (
          <td key={`${i}:${ms}`} class="number">
            {formatMs(ms)}
          </td>
        ))
      )}
    </tr>
  );
}

function Problems({ problems }: { readonly problems: ReadonlyMap<string, string> }) {
  if (problems.size === 0) return null;
  return (
    <div class="problem" role="status">
      <strong>Not reached</strong>
      <dl class="stack">
        {[...problems].map(([name, detail]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{detail}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
