// Ping results as text for people. Pure; problems come in as documents.
import type { Problem } from '@fairlead/http';
import type { PingSample, PingStatistics, TimeStatistics } from '../../ping/types.ts';

/** One target's part of the text. */
export interface TextPart {
  /** The address, or the connection's name. */
  readonly title: string;
  readonly samples: readonly PingSample[];
  readonly statistics: PingStatistics;
  readonly problem: Problem | undefined;
}

/** Where the gateway ran. */
export interface Place {
  readonly colo?: string;
  readonly placement?: string;
}

/** A paragraph a target, and a last line that says where it ran. */
export function pingText(parts: readonly TextPart[], { colo, placement }: Place): string {
  const paragraphs = parts.map((part) => [part.title, ...linesOf(part)].join('\n'));
  const places = [colo && `from ${colo}`, placement && `placement ${placement}`].filter(Boolean);
  if (places.length > 0) paragraphs.push(places.join(', '));
  return `${paragraphs.join('\n\n')}\n`;
}

function linesOf({ samples, statistics, problem }: TextPart): string[] {
  const lines = samples.map(sampleLine);
  if (problem !== undefined) return [...lines, `  failed: ${problem.code}: ${problem.detail}`];
  const { sent, received, loss, tcp, tls } = statistics;
  const percent = Math.round(loss * 10_000) / 100;
  lines.push(`  ${sent} sent, ${received} received, ${percent}% loss`);
  if (tcp !== undefined) lines.push(timesLine('tcp', tcp));
  if (tls !== undefined) lines.push(timesLine('tls', tls));
  return lines;
}

function sampleLine({ n, tcpMs, tlsMs, error }: PingSample): string {
  const times = [tcpMs !== undefined && `tcp ${tcpMs} ms`, tlsMs !== undefined && `tls ${tlsMs} ms`];
  const said = [...times, error?.code].filter(Boolean).join('  ');
  return `  ${String(n).padStart(3)}  ${said}`;
}

function timesLine(name: string, { minMs, medianMs, p95Ms, maxMs, jitterMs }: TimeStatistics): string {
  const jitter = jitterMs === undefined ? '' : `  jitter ${jitterMs}`;
  return `  ${name}  min ${minMs}  median ${medianMs}  p95 ${p95Ms}  max ${maxMs}${jitter} ms`;
}
