// How a protocol declares its HTTP face. One identity function, for the type's sake.
import type { RouteModule } from './contract.ts';

/** Declares a route module. */
export function defineRoutes(module: RouteModule): RouteModule {
  return module;
}
