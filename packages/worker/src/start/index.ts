// `@fairlead/worker/start`: the gateway in workerd on this machine, for `npm start` and `fairlead start`. Node only; it needs
// miniflare, which this package does not depend on: the caller brings it, or `findTools` looks for it.
export { COMPATIBILITY, type Gateway, type StartOptions, startGateway } from './gateway.ts';
export { assertFree, HOST } from './port.ts';
export {
  findTools,
  type MiniflareModule,
  type RunningMiniflare,
  type Tools,
} from './tools.ts';
