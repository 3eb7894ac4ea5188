// The table of layers: what a request takes, and what it takes less without each of them.
import { ADDED, SCENARIOS, TAKEN, WHOLE } from './layers.ts';

/** What one request to a gateway takes. */
export interface Price {
  readonly name: string;
  readonly scenario: string;
  /** Microseconds of the processors. */
  readonly us: number;
  /** Allocated in JavaScript's heap. */
  readonly bytes: number;
}

/** As Markdown: microseconds, and bytes. */
export function layersTable(prices: readonly Price[]): string {
  const scenarios = Object.keys(SCENARIOS);
  const find = (name: string, scenario: string): Price | undefined =>
    prices.find((price) => price.name === name && price.scenario === scenario);
  /** @param sign Of what the layer is to the whole: 0 is the whole itself. */
  const cells = (name: string, sign: -1 | 0 | 1): string[] =>
    scenarios.flatMap((scenario) => {
      const [own, whole] = [find(name, scenario), find(WHOLE[0]?.name ?? '', scenario)];
      if (own === undefined || whole === undefined) return ['', ''];
      const price = (of: 'us' | 'bytes') => (sign === 0 ? own[of] : sign * (own[of] - whole[of]));
      return [price('us').toFixed(1), price('bytes').toFixed(0)];
    });
  const rows = [
    ...WHOLE.map(({ name }) => [name, ...cells(name, 0)]),
    ...TAKEN.map(({ name }) => [`- ${name}`, ...cells(name, -1)]),
    ...ADDED.map(({ name }) => [`+ ${name}`, ...cells(name, 1)]),
  ];
  const head = [
    'one request, without a network',
    ...Object.values(SCENARIOS).flatMap((title) => [`${title}: µs`, 'bytes']),
  ];
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
