// The Worker of `sessions.test.ts`: each request is a caller of its own, which connects to a session, does one thing and leaves.
import { mooring } from '@fairlead/mooring';
import { connect, seat } from '@fairlead/mqtt/mooring';

const Base = mooring([seat]);

/** The object that keeps the sessions, and what ends it as an eviction does: its memory and its connections are gone. */
export class Mooring extends Base {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#ctx = ctx;
  }

  evict(): void {
    this.#ctx.abort('evicted by the test');
  }
}

/** What one request does. */
export interface Step {
  readonly url: string;
  readonly session: string;
  readonly reader?: string;
  readonly keepSeconds?: number;
  readonly maxEvents?: number;
  /** Subscribes with QoS 2, and takes so many messages, each acknowledged. */
  readonly subscribe?: string | readonly string[];
  readonly take?: number;
  /** Publishes these texts, one after the other. */
  readonly publish?: readonly { readonly topic: string; readonly text: string; readonly qos: 0 | 1 | 2 }[];
  readonly end?: boolean;
  /** Ends the object at once. */
  readonly evict?: boolean;
}

interface Env {
  readonly MOORING: DurableObjectNamespace;
}

/** The call ends with the object. */
async function evict(stub: unknown): Promise<void> {
  await (stub as { evict(): Promise<void> }).evict().catch(() => undefined);
}

async function run({ MOORING }: Env, { url, session, reader, keepSeconds, maxEvents, ...step }: Step) {
  let id: DurableObjectId | undefined;
  const namespace = {
    idFromName(name: string) {
      id = MOORING.idFromName(name);
      return id;
    },
    get: (given: DurableObjectId) => MOORING.get(given),
  };
  await using client = await connect(namespace, url, { session, reader, buffer: { keepSeconds, maxEvents } });
  for (const { topic, text, qos } of step.publish ?? []) await client.publish(topic, text, { qos });
  const texts: string[] = [];
  let lost = 0;
  if (step.subscribe !== undefined) {
    await using messages = await client.subscribe(step.subscribe, { qos: 2 });
    const take = step.take ?? 0;
    if (take > 0) {
      for await (const message of messages) {
        texts.push(message.text());
        message.acknowledge();
        if (texts.length === take) break;
      }
    }
    lost = messages.lost;
  }
  if (step.end) await client.end();
  if (step.evict && id !== undefined) await evict(MOORING.get(id));
  return { texts, lost, clientId: client.server.clientId };
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return Response.json(await run(env, (await request.json()) as Step));
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      return Response.json({ code, message }, { status: 500 });
    }
  },
};
