// Notes a request that is over and has failed: in the isolate's list of failures, and in its count of errors.
import type { RouteContext, RouteModule } from '../../app/contract.ts';
import { connectionOf, methodOf, routeOf, tokenOf } from '../../observability/request-facts.ts';

/** The lowest status of a failure. */
const FIRST_ERROR = 400;

/**
 * Notes a module's request, if it has failed.
 * @param status Of its answer.
 */
export function noteFailure(c: RouteContext, { protocol }: RouteModule, status: number): void {
  const { code, safeToRetry } = c.get('record');
  if (code === undefined && status < FIRST_ERROR) return;
  const { requests, failures } = c.get('shared');
  if (code !== undefined) requests.fail(protocol, code);
  const at = Date.now();
  failures.add({
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
