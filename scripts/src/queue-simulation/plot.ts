// The plot of docs/scale.md as SVG: waits by load, for pools of several sizes, and for several ways to choose a shard.
import { CHOICES, poolWait, shardWait } from './experiments.ts';

const WIDTH = 860;
const HEIGHT = 400;
/** Legible on white and on the dark grey of GitHub. */
const COLOURS = ['#2f81f7', '#e0823d', '#2da44e', '#bf5af2', '#d1434b', '#3fa6a0'];
const STYLE = `text { font: 12px system-ui, sans-serif; fill: #57606a } .title { font-weight: 600; font-size: 13px }
.grid { stroke: #8c959f; stroke-opacity: .3 } .line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #adbac7 } }`;
/** The axis of waits is logarithmic: from a tenth of a millisecond, which stands for none, to ten seconds. */
const WAITS = [0.1, 1, 10, 100, 1_000, 10_000];

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, waitMs: number])[];
}

interface Panel {
  readonly left: number;
  readonly title: string;
  readonly xName: string;
  readonly ticks: readonly number[];
  readonly tickName: (x: number) => string;
  readonly lines: readonly Line[];
}

const TOP = 40;
const BOTTOM = 250;
const PANEL_WIDTH = 340;

/** The whole plot. */
export function plot(): string {
  const rates = range(50, 1_450, 100);
  const loads = range(0.4, 0.96, 0.04);
  const pools = [5, 10, 20].map((max) => ({
    name: `${max} connections`,
    points: rates.map((x) => [x, poolWait(max, x).p99WaitMs] as const),
  }));
  const shards = CHOICES.map(([name, pool]) => ({
    name,
    points: loads.map((x) => [x, shardWait(pool, x).p99WaitMs] as const),
  }));
  const panels: Panel[] = [
    {
      left: 60,
      title: 'One pool, by its size',
      xName: 'queries a second',
      ticks: [0, 500, 1_000, 1_500],
      tickName: (x) => x.toLocaleString('en-US'),
      lines: pools,
    },
    {
      left: 490,
      title: '40 connections, by how an object is chosen',
      xName: 'load',
      ticks: [0.4, 0.6, 0.8, 1],
      tickName: (x) => `${Math.round(x * 100)} %`,
      lines: shards,
    },
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Waits for a connection, by load">`,
    `<style>${STYLE}</style>`,
    '<text x="10" y="32">wait of the 99th of 100</text>',
    ...panels.flatMap(draw),
    '</svg>',
    '',
  ].join('\n');
}

function draw({ left, title, xName, ticks, tickName, lines }: Panel): string[] {
  const first = ticks[0] ?? 0;
  const last = ticks.at(-1) ?? 1;
  const xAt = (x: number) => (left + ((x - first) / (last - first)) * PANEL_WIDTH).toFixed(1);
  const right = left + PANEL_WIDTH;
  return [
    `<text class="title" x="${left}" y="14">${title}</text>`,
    ...WAITS.flatMap((wait) => [
      `<path class="grid" d="M${left} ${yAt(wait)}H${right}"/>`,
      `<text x="${left - 6}" y="${Number(yAt(wait)) + 4}" text-anchor="end">${waitName(wait)}</text>`,
    ]),
    ...ticks.map((x) => `<text x="${xAt(x)}" y="${BOTTOM + 18}" text-anchor="middle">${tickName(x)}</text>`),
    `<text x="${right}" y="${BOTTOM + 34}" text-anchor="end">${xName}</text>`,
    ...lines.flatMap(({ name, points }, i) => {
      const colour = COLOURS[i % COLOURS.length] ?? '';
      const path = points.map(([x, wait], at) => `${at === 0 ? 'M' : 'L'}${xAt(x)} ${yAt(wait)}`).join('');
      const y = BOTTOM + 52 + i * 17;
      return [
        `<path class="line" stroke="${colour}" d="${path}"/>`,
        `<path class="line" stroke="${colour}" d="M${left} ${y - 4}h18"/>`,
        `<text x="${left + 24}" y="${y}">${name}</text>`,
      ];
    }),
  ];
}

function yAt(waitMs: number): string {
  const decades = Math.log10(Math.min(10_000, Math.max(0.1, waitMs)) / 0.1);
  return (BOTTOM - (decades / 5) * (BOTTOM - TOP)).toFixed(1);
}

function waitName(ms: number): string {
  if (ms < 1) return 'none';
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}

function range(from: number, to: number, step: number): number[] {
  const count = Math.round((to - from) / step) + 1;
  return Array.from({ length: count }, (_, i) => Number((from + i * step).toFixed(4)));
}
