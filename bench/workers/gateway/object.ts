// A Worker whose answer comes through a Durable Object, by the hop that the gateway's pools use: an RPC that carries bytes both
// ways, to an object that is looked up by name for each request.
import { DurableObject } from 'cloudflare:workers';

/** What crosses to the object. */
interface Flight {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly owed: number;
}

const ASK = new TextEncoder().encode('PING\r\n');
const ANSWER = new TextEncoder().encode('+PONG\r\n');

/** Answers with bytes of its own. */
export class Mooring extends DurableObject {
  exchange({ owed }: Flight): { bytes: Uint8Array; isOver: boolean } {
    return { bytes: ANSWER.slice(), isOver: owed === 1 };
  }
}

interface Env {
  readonly MOORING: DurableObjectNamespace<Mooring>;
}

export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    const stub = env.MOORING.get(env.MOORING.idFromName('bench'));
    const { bytes } = await stub.exchange({ id: 'flight', bytes: ASK.slice(), owed: 1 });
    return new Response(bytes);
  },
};
