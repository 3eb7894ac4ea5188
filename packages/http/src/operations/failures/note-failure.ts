// Notes a request that is over and has failed: in the isolate's list of failures, and in its count of errors.
import type { RouteContext } from '../../app/contract.ts';
import { connectionOf, methodOf, routeOf, tokenOf } from '../../observability/request-facts.ts';

/** The lowest status of a failure. */
const FIRST_ERROR = 400;

/** Notes the request, if it belongs to a route module and has failed. */
export function noteFailure(c: RouteContext): void {
  const module = c.get('module');
  const { code, safeToRetry } = c.get('record');
  const { status } = c.res;
  if (module === undefined || (code === undefined && status < FIRST_ERROR)) return;
  const { protocol } = module;
  if (code !== undefined) c.get('requests').fail(protocol, code);
  const at = Date.now();
  c.get('failures').add({
    at,
    requestId: c.get('requestId'),
    method: methodOf(c),
    path: routeOf(c),
    protocol,
    connection: connectionOf(c),
    token: tokenOf(c),
    status,
    code,
    safeToRetry,
    ms: at - c.get('arrivedAt'),
  });
}
