// Which of the runner's tests are run, and why the others are not: skipped.json, in the form of `Rule`. And which alert a failure
// has to come with, where the runner itself does not say: alerts.json. It runs nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test, as go/select.go writes it down. */
export interface Test {
  readonly name: string;
  readonly server: boolean;
  readonly protocol: 'TLS' | 'DTLS' | 'QUIC';
  readonly flags: readonly string[];
  /** Of what the runner speaks; 0 where the test does not say. */
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly earlyData: boolean;
  readonly shouldFail: boolean;
  readonly error: string;
  readonly localError: string;
}

/** One reason, and which tests it keeps from being run: all that one of its other members is true of. */
interface Rule {
  readonly reason: string;
  readonly server?: boolean;
  readonly protocols?: readonly string[];
  /** Flags for the shim, without their values. */
  readonly flags?: readonly string[];
  /** Names; `*` stands for anything. */
  readonly names?: readonly string[];
  /** The runner speaks this version at most. */
  readonly maxVersion?: number;
  readonly earlyData?: boolean;
  /** Names of tests that are run nevertheless where the handshake has to fail. */
  readonly unless?: readonly string[];
}

/** What is run, and what is not. */
export interface Selection {
  readonly run: readonly Test[];
  /** Each with its reason. */
  readonly skipped: ReadonlyMap<Test, string>;
}

/**
 * Applies the rules; the first that matches counts.
 * @throws Error for a rule, or a part of one, that keeps no test: it is out of date.
 */
export function select(tests: readonly Test[]): Selection {
  const text = readFileSync(join(import.meta.dirname, 'skipped.json'), 'utf8');
  const conditions = (JSON.parse(text) as Rule[]).flatMap(conditionsOf);
  const skipped = new Map<Test, string>();
  const used = new Set<Condition>();
  for (const test of tests) {
    const found = conditions.find(({ holds }) => holds(test));
    if (found === undefined) continue;
    used.add(found);
    skipped.set(test, found.reason);
  }
  const idle = conditions.filter((condition) => !used.has(condition));
  if (idle.length > 0)
    throw new Error(`skipped.json keeps no test by ${idle.map(({ what }) => what).join(', ')}`);
  return { run: tests.filter((test) => !skipped.has(test)), skipped };
}

/** What the runner has to find where the handshake fails. */
interface Alerts {
  /** By BoringSSL's error: the alert, in the runner's words. */
  readonly alerts: Readonly<Record<string, string>>;
  /**
   * By name, `*` for anything: the runner's whole error. `local error: bad record MAC` is an alert in clear, of a client that
   * refuses ServerHello, where the runner is encrypting already.
   */
  readonly exceptions: Readonly<Record<string, string>>;
}

/** @returns A function that says what the runner has to find in a test; an empty text for anything. */
export function expectations(): (test: Test) => string {
  const text = readFileSync(join(import.meta.dirname, 'alerts.json'), 'utf8');
  const { alerts, exceptions }: Alerts = JSON.parse(text);
  const patterns = Object.entries(exceptions).map(([name, error]) => ({ pattern: patternOf(name), error }));
  return ({ name, shouldFail, error }) => {
    if (!shouldFail) return '';
    const exception = patterns.find(({ pattern }) => pattern.test(name));
    if (exception !== undefined) return exception.error;
    const alert = alerts[error];
    return alert === undefined ? '' : `remote error: ${alert}`;
  };
}

interface Condition {
  readonly reason: string;
  readonly what: string;
  readonly holds: (test: Test) => boolean;
}

function conditionsOf(rule: Rule): Condition[] {
  const { reason, server, protocols, flags, names, maxVersion, earlyData, unless = [] } = rule;
  const exceptions = unless.map(patternOf);
  const conditions: Condition[] = [];
  const add = (what: string, matches: Condition['holds']): void => {
    const isRun = ({ name, shouldFail }: Test): boolean =>
      shouldFail && exceptions.some((pattern) => pattern.test(name));
    conditions.push({ reason, what, holds: (test) => matches(test) && !isRun(test) });
  };
  if (server) add('server', (test) => test.server);
  if (earlyData) add('earlyData', (test) => test.earlyData);
  for (const protocol of protocols ?? []) add(protocol, (test) => test.protocol === protocol);
  for (const flag of flags ?? []) add(flag, (test) => test.flags.includes(flag));
  for (const name of names ?? []) {
    const pattern = patternOf(name);
    add(name, (test) => pattern.test(test.name));
  }
  if (maxVersion !== undefined) {
    add(`maxVersion ${maxVersion}`, (test) => test.maxVersion > 0 && test.maxVersion <= maxVersion);
  }
  return conditions;
}

/** `*` stands for anything. */
function patternOf(name: string): RegExp {
  return new RegExp(`^${name.split('*').map(literally).join('.*')}$`);
}

function literally(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
