// What every bench Worker shares: one request runs one scenario of one subject and answers how long it took.

/** One subject's scenarios, by name. Each runs once and says how much it did. */
export type Subject = Readonly<Record<string, (port: number, settings: RoundSettings) => Promise<Timed>>>;

/** The settings that the bench gave its Workers. */
export type RoundSettings = Readonly<Record<string, string | undefined>>;

/** How much was done in how long; the clock runs only while it counts, not while connecting. */
export interface Timed {
  readonly count: number;
  readonly ms: number;
}

/** Times `work`, which does `count` things. */
export async function timed(count: number, work: () => Promise<unknown>): Promise<Timed> {
  const start = performance.now();
  await work();
  return { count, ms: performance.now() - start };
}

/** Makes `size` calls at once. */
export function burst<T>(size: number, call: (index: number) => T): T[] {
  const calls: T[] = [];
  for (let i = 0; i < size; i++) calls.push(call(i));
  return calls;
}

/** The Worker: `/round?subject=&scenario=&port=`. */
export function rounds(subjects: Readonly<Record<string, Subject>>) {
  return {
    async fetch(request: Request, settings: RoundSettings = {}): Promise<Response> {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === '/ready') return new Response('ok');
      const { subject = '', scenario = '', port = '' } = Object.fromEntries(searchParams);
      const run = subjects[subject]?.[scenario];
      if (!run) return new Response(`${subject} has no scenario ${scenario}`, { status: 404 });
      try {
        return Response.json(await run(Number(port), settings));
      } catch (error) {
        return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
      }
    },
  };
}
