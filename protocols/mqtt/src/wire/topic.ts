// Topic names and topic filters (section 4.7): which are valid, and which name matches which filter.
import { usage } from '@fairlead/errors';

/** The most bytes of a UTF-8 string (section 1.5.4). */
export const MAX_TEXT_BYTES = 65_535;

const SHARE = '$share/';
const HASH = 0x23;
const PLUS = 0x2b;
const SLASH = 0x2f;

/** The topics of `$share/group/sport/#`, which is `sport/#`; other filters as they are. */
export function topicsOf(filter: string): string {
  return isShared(filter) ? filter.slice(filter.indexOf('/', SHARE.length) + 1) : filter;
}

/** Whether it is a shared subscription's filter (section 4.8.2). */
export function isShared(filter: string): boolean {
  return filter.startsWith(SHARE);
}

/** Whether a filter has a wildcard. */
export function hasWildcard(filter: string): boolean {
  return /[#+]/.test(filter);
}

/**
 * Checks a topic to publish to.
 * @throws FairleadError `usage` for text that is no topic name (section 4.7.1).
 * @example
 * ```ts
 * import { assertTopic } from '@fairlead/mqtt';
 *
 * assertTopic('plant/7/temperature');
 * ```
 */
export function assertTopic(topic: unknown): asserts topic is string {
  assertText(topic, 'A topic');
  if (topic === '' || hasWildcard(topic))
    throw usage('A topic must not be empty, and must not have a wildcard (# or +)');
}

/**
 * Checks a topic filter to subscribe to.
 * @throws FairleadError `usage` for a filter that breaks section 4.7.1 or 4.8.2.
 * @example
 * ```ts
 * import { assertFilter } from '@fairlead/mqtt';
 *
 * assertFilter('$share/workers/jobs/#');
 * ```
 */
export function assertFilter(filter: unknown): asserts filter is string {
  assertText(filter, 'A topic filter');
  if (/^\$share(?!\/[^/#+]+\/)(\/|$)/.test(filter)) {
    throw usage('A shared topic filter is $share/group/filter, the group without a wildcard');
  }
  const levels = topicsOf(filter).split('/');
  const misplaced = levels.findIndex((level, index) =>
    level.length > 1 ? hasWildcard(level) : level === '#' && index < levels.length - 1,
  );
  if (misplaced >= 0 || topicsOf(filter) === '') {
    throw usage('A topic filter is not empty; # is its last level, and # and + are levels of their own');
  }
}

/** @throws FairleadError `usage` for text that no UTF-8 string of MQTT can be (section 1.5.4). */
export function assertText(text: unknown, what: string): asserts text is string {
  if (typeof text !== 'string') throw usage(`${what} must be text`);
  if (
    text.length > MAX_TEXT_BYTES ||
    (text.length * 3 > MAX_TEXT_BYTES && new TextEncoder().encode(text).length > MAX_TEXT_BYTES)
  ) {
    throw usage(`${what} may have ${MAX_TEXT_BYTES} bytes at most`);
  }
  if (!text.isWellFormed() || text.includes('\0'))
    throw usage(`${what} must be well-formed text without NUL`);
}

/**
 * Whether a filter matches a topic name (section 4.7). Both must be valid. Of `$share/group/filter` the filter
 * counts; a wildcard at the beginning does not match `$SYS/...`.
 * @throws FairleadError `usage` where one of them is not text.
 * @example
 * ```ts
 * import { matchesTopic } from '@fairlead/mqtt';
 *
 * matchesTopic('plant/+/temperature', 'plant/7/temperature'); // true
 * ```
 */
export function matchesTopic(filter: string, topic: string): boolean {
  if (typeof filter !== 'string' || typeof topic !== 'string')
    throw usage('A filter and a topic must be text');
  const pattern = topicsOf(filter);
  if (pattern === topic) return true;
  if (topic.startsWith('$') && /^[#+]/.test(pattern)) return false;
  let at = 0;
  let to = 0;
  for (;;) {
    const unit = pattern.charCodeAt(at);
    if (unit === HASH) return true;
    if (unit === PLUS) {
      at++;
      while (to < topic.length && topic.charCodeAt(to) !== SLASH) to++;
    } else {
      for (; at < pattern.length && pattern.charCodeAt(at) !== SLASH; at++, to++) {
        if (pattern.charCodeAt(at) !== topic.charCodeAt(to)) return false;
      }
      if (to < topic.length && topic.charCodeAt(to) !== SLASH) return false;
    }
    // A level of both has ended. `sport/#` matches `sport` itself too.
    if (to === topic.length)
      return at === pattern.length || (at + 2 === pattern.length && pattern.charCodeAt(at + 1) === HASH);
    if (at === pattern.length) return false;
    at++;
    to++;
  }
}
