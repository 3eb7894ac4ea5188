// Which topics an operator leaves to callers: `"topics": ["public/#"]` in a connection's entry. It matches text, and
// sends nothing.
import { FairleadError } from '@fairlead/errors';
import { assertFilter, assertTopic, matchesTopic, topicsOf } from '../topic.ts';

/** Filters that callers may use, and everything below them; `undefined` for no restriction. */
export type TopicPolicy = readonly string[] | undefined;

/**
 * Checks a topic to publish to.
 * @param path Where it stands in the request.
 * @throws FairleadError `usage` (section 4.7), `policy` (not among the operator's).
 */
export function checkTopic(policy: TopicPolicy, topic: string, path: string): void {
  inPlace(path, () => assertTopic(topic));
  if (policy === undefined || policy.some((allowed) => matchesTopic(allowed, topic))) return;
  throw forbidden(path, topic);
}

/**
 * Checks a filter to subscribe to: every topic that it can match must be the operator's.
 * @param path Where it stands in the request.
 * @throws FairleadError `usage` (sections 4.7, 4.8.2), `policy` (not wholly among the operator's).
 */
export function checkFilter(policy: TopicPolicy, filter: string, path: string): void {
  inPlace(path, () => assertFilter(filter));
  if (policy === undefined || policy.some((allowed) => coversFilter(allowed, topicsOf(filter)))) return;
  throw forbidden(path, filter);
}

/** Whether every topic that `filter` can match is matched by `allowed`. */
function coversFilter(allowed: string, filter: string): boolean {
  // A wildcard in front matches no topic of the broker's own, such as $SYS/... (section 4.7.2).
  if (filter.startsWith('$') && /^[#+]/.test(allowed)) return false;
  const wanted = allowed.split('/');
  const levels = filter.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    const other = levels[index];
    if (other === undefined || other === '#' || (level !== '+' && level !== other)) return false;
  }
  return wanted.length === levels.length;
}

function inPlace(path: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof FairleadError)) throw error;
    throw new FairleadError('usage', `${path}: ${error.message}`, { cause: error, safeToRetry: true });
  }
}

function forbidden(path: string, topic: string): FairleadError {
  const shown = JSON.stringify(topic.slice(0, 100));
  return new FairleadError(
    'policy',
    `${path}: ${shown} is not among the topics that this connection's operator leaves to callers`,
    { safeToRetry: true },
  );
}
