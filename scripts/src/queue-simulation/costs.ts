// What requests cost at the platform's published prices, and what one object carries. Computed: nothing was run at these rates.
import { lognormalMean } from './random.ts';
import { count, table } from './table.ts';

/**
 * Dollars, without what a paid plan includes (10 million requests, 30 million milliseconds of CPU, 1 million requests to objects
 * and 400,000 GB-s a month). Read on 2026-11-29 on developers.cloudflare.com: workers/platform/pricing and
 * durable-objects/platform/pricing.
 */
const PRICES = {
  millionRequests: 0.3,
  millionCpuMs: 0.02,
  millionObjectRequests: 0.15,
  millionGbSeconds: 12.5,
};
/** What an object is billed as, whatever it uses. */
const OBJECT_GB = 0.128;
/** The platform's soft limit for one object (durable-objects/reference/faq, read on the same day). */
const OBJECT_REQUESTS = 1_000;
/** Of the Worker for a request, in milliseconds: what docs/scale.md says of it. */
const CPU_MS = { warm: 0.5, direct: 2.6 };
/** How much of an object's connections may be busy, so that waits stay short. */
const BUSY_SHARE = 0.8;
const CONNECTIONS = 10;
const MONTH_SECONDS = 2_592_000;

interface Scale {
  readonly perSecond: number;
  readonly holdMs: number;
}

function objects({ perSecond, holdMs }: Scale): number {
  return Math.ceil(
    Math.max(perSecond / OBJECT_REQUESTS, busy({ perSecond, holdMs }) / BUSY_SHARE / CONNECTIONS),
  );
}

function busy({ perSecond, holdMs }: Scale): number {
  return (perSecond * lognormalMean(holdMs)) / 1_000;
}

/** Objects, server connections and dollars a month at three rates. */
export function scaleTable(): string {
  const scales = [2, 10].flatMap((holdMs) =>
    [1_000, 100_000, 10_000_000].map((perSecond) => ({ perSecond, holdMs })),
  );
  const rows = scales.map((scale) => {
    const { perSecond, holdMs } = scale;
    const millions = (perSecond * MONTH_SECONDS) / 1e6;
    const costs = [
      millions * PRICES.millionRequests,
      millions * CPU_MS.warm * PRICES.millionCpuMs,
      millions * PRICES.millionObjectRequests,
      (objects(scale) * MONTH_SECONDS * OBJECT_GB * PRICES.millionGbSeconds) / 1e6,
    ];
    const sum = costs.reduce((one, other) => one + other, 0);
    return [
      `${count(perSecond)}, ${holdMs} ms`,
      count(objects(scale)),
      count(Math.ceil(busy(scale))),
      count(objects(scale) * CONNECTIONS),
      ...[...costs, sum].map(dollars),
    ];
  });
  const head = ['requests a second, hold', 'objects', 'busy connections', 'connections at most'];
  const bill = ['Worker requests', 'Worker CPU', 'object requests', 'object time', 'a month'];
  return table([...head, ...bill], rows);
}

/** What a million requests cost, one way and the other. */
export function millionTable(): string {
  const time = (perSecond: number) => ((1e6 / perSecond) * OBJECT_GB * PRICES.millionGbSeconds) / 1e6;
  const row = (name: string, cpuMs: number, object: number, duration: number) => [
    name,
    ...[PRICES.millionRequests, cpuMs * PRICES.millionCpuMs, object, duration].map(cents),
    cents(PRICES.millionRequests + cpuMs * PRICES.millionCpuMs + object + duration),
  ];
  const warm = (perSecond: number) =>
    row(`warm, ${count(perSecond)} a second`, CPU_MS.warm, PRICES.millionObjectRequests, time(perSecond));
  const rows = [row('a connection each', CPU_MS.direct, 0, 0), warm(500), warm(10), warm(1)];
  return table(
    ['a million requests', 'Worker requests', 'Worker CPU', 'object requests', 'object time', 'sum'],
    rows,
  );
}

function dollars(value: number): string {
  return `$${count(value < 100 ? Number(value.toFixed(2)) : Math.round(value))}`;
}

function cents(value: number): string {
  return `$${value.toFixed(3)}`;
}
