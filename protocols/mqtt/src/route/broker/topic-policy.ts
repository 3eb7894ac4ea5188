// Which topics an operator leaves to callers: `"topics": ["public/#"]` in a connection's entry. It matches text as the
// broker reads it, and sends nothing.
import { FairleadError } from '@fairlead/errors';
import { assertFilter, assertTopic, isShared, topicsOf } from '../../wire/topic.ts';
import { type BrokerKind, type BrokerRules, rulesOf } from './broker-kinds.ts';

/** What an entry says of topics. */
export interface TopicPolicy {
  /** Filters that callers may use, and everything below them; `undefined` for no restriction. */
  readonly topics?: readonly string[] | undefined;
  /** The kind of broker. Default: unknown; only letters, digits, `-` and `_` may stand for a wildcard then. */
  readonly broker?: BrokerKind | undefined;
}

/**
 * Checks a topic to publish to, or a response topic.
 * @param path Where it stands in the request.
 * @throws FairleadError `usage` (section 4.7), `policy` (not among the operator's).
 */
export function checkTopic(policy: TopicPolicy, topic: string, path: string): void {
  inPlace(path, () => assertTopic(topic));
  checkPolicy(policy, topic, false, path);
}

/**
 * Checks a filter to subscribe to: every topic that it can match must be the operator's.
 * @param path Where it stands in the request.
 * @throws FairleadError `usage` (sections 4.7, 4.8.2), `policy` (not wholly among the operator's).
 */
export function checkFilter(policy: TopicPolicy, filter: string, path: string): void {
  inPlace(path, () => assertFilter(filter));
  checkPolicy(policy, filter, isShared(filter), path);
}

function checkPolicy({ topics, broker }: TopicPolicy, filter: string, isGroup: boolean, path: string): void {
  if (topics === undefined || isAmong(topics, rulesOf(broker), filter, isGroup)) return;
  const isUnclear = broker === undefined && isAmong(topics, rulesOf('standard'), filter, isGroup);
  throw forbidden(path, filter, isUnclear);
}

/** Whether the broker can match nothing with the filter (or the topic) but what the operator's filters match. */
function isAmong(topics: readonly string[], rules: BrokerRules, filter: string, isGroup: boolean): boolean {
  const isShare = isGroup && rules.shares;
  if (isShare && !rules.allows(filter.split('/')[1] ?? '')) return false;
  const levels = rules
    .levels(isShare ? topicsOf(filter) : filter)
    .map((level) => (level === rules.alsoPlus ? '+' : level));
  return topics.some((allowed) => covers(rules, rules.levels(allowed), levels));
}

function covers(rules: BrokerRules, allowed: readonly string[], filter: readonly string[]): boolean {
  // A wildcard in front matches no topic of the broker's own, such as $SYS/... (section 4.7.2).
  if (filter[0]?.startsWith('$') && isWildcard(allowed[0])) return false;
  for (const [index, level] of allowed.entries()) {
    if (level === '#') return filter.slice(index).every((other) => isWildcard(other) || rules.allows(other));
    const other = filter[index];
    if (other === undefined || other === '#') return false;
    if (level === '+' ? other !== '+' && !rules.allows(other) : level !== other) return false;
  }
  return allowed.length === filter.length;
}

function isWildcard(level: string | undefined): boolean {
  return level === '+' || level === '#';
}

function inPlace(path: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof FairleadError)) throw error;
    throw new FairleadError('usage', `${path}: ${error.message}`, { cause: error, safeToRetry: true });
  }
}

/** @param isUnclear Whether it is the operator's where the broker takes topics as they stand. */
function forbidden(path: string, topic: string, isUnclear: boolean): FairleadError {
  const shown = JSON.stringify(topic.slice(0, 100));
  const reason = isUnclear
    ? 'has a level of more than letters, digits, - and _, which some brokers read as other topics; the operator of this ' +
      'connection can name its kind of broker'
    : 'is not among the topics that this connection’s operator leaves to callers';
  return new FairleadError('policy', `${path}: ${shown} ${reason}`, { safeToRetry: true });
}
