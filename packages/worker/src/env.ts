// The Worker's bindings and settings: types only.
import type { GatewayEnv } from '@fairlead/http';

/** What `wrangler.toml` and the Worker's secrets provide. */
export interface Env extends GatewayEnv {
  /** The static files of `/docs` and `/console`; absent where the Worker is run without them. */
  readonly ASSETS?: Assets;
}

/** What is used of a binding to static files; spelled out, so that the types stand without the platform's. */
interface Assets {
  fetch(request: Request): Promise<Response>;
}
