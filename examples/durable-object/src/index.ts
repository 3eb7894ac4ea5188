// A room: what any program publishes on a Redis channel reaches every browser in the room.
// GET /rooms/harbour is a WebSocket, POST /rooms/harbour publishes its body.
import { Room } from './room.ts';

export { Room };

interface Env {
  /** A secret, such as `rediss://app:password@cache.example.com/0`. */
  readonly REDIS_URL: string;
  readonly ROOMS: DurableObjectNamespace<Room>;
}

export default {
  async fetch(request, env): Promise<Response> {
    const name = /^\/rooms\/([a-z]{1,30})$/.exec(new URL(request.url).pathname)?.[1];
    if (name === undefined) return new Response('GET or POST /rooms/name\n', { status: 404 });
    const room = env.ROOMS.getByName(name);
    if (request.method === 'POST') {
      return Response.json({ subscribers: await room.publish(`rooms:${name}`, await request.text()) });
    }
    return room.fetch(new Request(`https://room/?channel=rooms:${name}`, request));
  },
} satisfies ExportedHandler<Env>;
