// The chart of the benches as SVG: a bar for each peer, to the right where ours is faster, on a logarithmic scale.
import type { Bar, Chapter, Group } from './ratios.ts';

const WIDTH = 860;
const LEFT = 300;
const RIGHT = 820;
const BAR_HEIGHT = 15;
const GAP = 8;
/** Bars beyond the scale end at its edge, with their number. */
const TICKS = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16];
/** Legible on white and on the dark grey of GitHub. */
const FASTER = '#2f81f7';
const SLOWER = '#e0823d';
const STYLE = `text { font: 12px system-ui, sans-serif; fill: #57606a } .title { font-weight: 600; font-size: 14px }
.grid { stroke: #8c959f; stroke-opacity: .3 } .one { stroke: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #adbac7 } }`;

/** The whole chart. */
export function drawChart(chapters: readonly Chapter[]): string {
  const parts: string[] = [];
  let y = 44;
  for (const { bench, groups } of chapters) {
    parts.push(`<text class="title" x="10" y="${y + 12}">${escaped(bench)}</text>`);
    y += 24;
    for (const group of groups) {
      parts.push(...drawGroup(group, y));
      y += group.bars.length * BAR_HEIGHT + GAP;
    }
    y += 14;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="How many times each other client's rate ours is">`,
    `<style>${STYLE}</style>`,
    ...TICKS.flatMap((tick) => [
      `<path class="${tick === 1 ? 'one' : 'grid'}" d="M${xAt(tick)} 32V${y - 10}"/>`,
      `<text x="${xAt(tick)}" y="24" text-anchor="middle">${tick}x</text>`,
    ]),
    '<text x="10" y="24">ours, in times of the other’s rate</text>',
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function drawGroup({ name, bars }: Group, y: number): string[] {
  return [
    `<text x="20" y="${y + 12}">${escaped(shortened(name, 34))}</text>`,
    ...bars.flatMap((bar, i) => drawBar(bar, y + i * BAR_HEIGHT)),
  ];
}

function drawBar({ peer, ratio }: Bar, y: number): string[] {
  const one = Number(xAt(1));
  const end = Number(xAt(ratio));
  const colour = ratio >= 1 ? FASTER : SLOWER;
  const from = Math.min(one, end);
  const words = `${escaped(peer)} ${ratio.toFixed(2)}x`;
  const isRoom = Math.max(one, end) < RIGHT - 190;
  const place = isRoom ? `x="${Math.max(one, end) + 6}"` : `x="${from - 6}" text-anchor="end"`;
  return [
    `<rect x="${from}" y="${y + 2}" width="${Math.max(1, Math.abs(end - one)).toFixed(1)}" height="${BAR_HEIGHT - 4}" rx="2" fill="${colour}"/>`,
    `<text ${place} y="${y + 12}">${words}</text>`,
  ];
}

function xAt(ratio: number): string {
  const first = Math.log2(TICKS[0] ?? 1);
  const last = Math.log2(TICKS.at(-1) ?? 2);
  const at = Math.min(last, Math.max(first, Math.log2(ratio)));
  return (LEFT + ((at - first) / (last - first)) * (RIGHT - LEFT)).toFixed(1);
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
