// What stands in for the platform's classes where there is no platform, so that the package can be imported and its types stand
// without the platform's. There are no Durable Objects elsewhere.

/** A Durable Object. */
export class DurableObject {
  /** @param _ctx The object's state. @param _env The Worker's bindings. */
  // biome-ignore lint/complexity/noUselessConstructor: the platform gives both.
  constructor(_ctx: unknown, _env: unknown) {}
}

/** An object that stays where it is when it is handed over RPC: its caller gets a stub. */
export class RpcTarget {}

/** Outside Workers no request ends before what it has begun. */
export function waitUntil(_promise: Promise<unknown>): void {}
