// The parts of a ping as lines for people and as events.
import type { TimeStatistics } from '@fairlead/worker/ping';
import { printable } from '../gateway/refusal.ts';
import type { Output } from '../output/output.ts';
import type { Place, Sample, Summary } from './types.ts';

/** @param width Of the longest target: the columns of all stand below each other. */
export function tellPart(part: Sample | Summary, width: number, output: Output): void {
  const { kind, ...members } = part;
  const title = printable(part.target).padEnd(width);
  if (part.kind === 'sample')
    output.result({ event: kind, ...members }, `${title}  ${sampleLine(part, output)}`);
  else output.result({ event: kind, ...members }, summaryLines(part, output));
}

/** Where it ran, if that is known. */
export function tellPlace({ kind, ...place }: Place, output: Output): void {
  const { colo, placement } = place;
  if (colo === undefined && placement === undefined) return;
  const words = [colo && `from ${colo}`, placement && `placement ${placement}`].filter(Boolean);
  output.result({ event: kind, ...place }, `\n${printable(words.join(', '))}`);
}

function sampleLine({ n, tcpMs, tlsMs, error }: Sample, output: Output): string {
  const times = [
    tcpMs === undefined ? '' : `tcp ${ms(tcpMs)}`,
    tlsMs === undefined ? '' : `tls ${ms(tlsMs)}`,
  ];
  const lost = error === undefined ? '' : output.paint('red', printable(error));
  return [String(n).padStart(3), ...times, lost].filter((part) => part !== '').join('  ');
}

function summaryLines({ target, statistics, error }: Summary, output: Output): string {
  const title = `\n${output.paint('bold', printable(target))}`;
  if (statistics === undefined) {
    const { code = 'failed', message = '' } = error ?? {};
    return `${title}\n  ${output.paint('red', printable(code))}: ${printable(message)}`;
  }
  const { sent, received, loss, tcp, tls } = statistics;
  const lines = [`  ${sent} sent, ${received} received, ${Math.round(loss * 10_000) / 100}% loss`];
  if (tcp !== undefined) lines.push(`  tcp  ${timesLine(tcp)}`);
  if (tls !== undefined) lines.push(`  tls  ${timesLine(tls)}`);
  if (error !== undefined) lines.push(`  ${printable(error.message)}`);
  return [title, ...lines].join('\n');
}

function timesLine({ minMs, medianMs, p95Ms, maxMs, jitterMs }: TimeStatistics): string {
  const times = [`min ${ms(minMs)}`, `median ${ms(medianMs)}`, `p95 ${ms(p95Ms)}`, `max ${ms(maxMs)}`];
  return [...times, ...(jitterMs === undefined ? [] : [`jitter ${ms(jitterMs)}`])].join('   ');
}

function ms(value: number): string {
  return `${value.toFixed(2).padStart(8)} ms`;
}
