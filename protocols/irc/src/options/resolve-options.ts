// Merges a URL with options, and checks them. It dials nothing and calls no password function.
import { checkSignal, type Password } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';
import { checkRegistrationOptions } from '../session/registration/registration-options.ts';
import { checkObject, checkTarget } from '../wire/argument-checks.ts';
import type { IrcOptions, ResolvedOptions, Settings } from './connect-options.ts';
import { parseUrl } from './parse-url.ts';

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTextList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isText = (value: unknown): boolean => typeof value === 'string';
const isFunction = (value: unknown): boolean => typeof value === 'function';

/** The type of each option that has no check of its own. */
const CHECKS: readonly (readonly [names: string, type: string, test: (value: unknown) => boolean])[] = [
  ['hostname username', 'a text', isText],
  [
    'port maxLineBytes maxQueuedEvents maxQueuedMessages maxReplyMessages maxUsers',
    'a whole number above 0',
    isCount,
  ],
  ['channels altNicks capabilities', 'an array of texts', isTextList],
  ['flood ctcp stsStore', 'an object', isObject],
  ['saslRequired allowCleartext', 'true or false', isBoolean],
  [
    'password serverPassword',
    'a text, or a function that returns one',
    (value) => isText(value) || isFunction(value),
  ],
  [
    'tls',
    "true, false or 'starttls' (a CA or a client certificate of your own is not supported: connect() takes none)",
    (value) => isBoolean(value) || value === 'starttls',
  ],
  [
    'overflow',
    "'error', 'wait' or 'drop-oldest'",
    (value) => value === 'error' || value === 'wait' || value === 'drop-oldest',
  ],
  ['connector rejoin', 'a function', isFunction],
];

/** Merges what a URL and the options say. @throws FairleadError `usage`. */
export function resolveOptions(
  target: string | URL | IrcOptions,
  options: IrcOptions | undefined,
): ResolvedOptions {
  const isUrl = typeof target === 'string' || target instanceof URL;
  const fromTarget = isUrl ? parseUrl(target) : target;
  if (options !== undefined) checkObject(options, 'The options');
  const merged = { ...fromTarget, ...options };
  for (const [names, type, test] of CHECKS) {
    for (const name of names.split(' ')) {
      const value = merged[name as keyof IrcOptions];
      if (value !== undefined && !test(value)) throw usage(`${name} must be ${type}`);
    }
  }
  const { nick, hostname = 'localhost', tls = true, channels = [], password, serverPassword } = merged;
  if (nick === undefined) throw usage('A nick is needed: ircs://nick@host, or the option nick');
  checkTimes(merged);
  checkSignal(merged.signal);
  checkSecrets({
    ...merged,
    nick,
    password: knownPassword(password),
    serverPassword: knownPassword(serverPassword),
  });
  for (const channel of channels) checkTarget(channel, 'A channel');
  return { ...merged, nick, hostname, tls: tls === true ? 'implicit' : tls || 'off' };
}

/** Checks what the registration and the login send. @throws FairleadError `usage`. */
export function checkSecrets(settings: Omit<Settings, 'tls' | 'hostname'>): void {
  checkRegistrationOptions(settings);
  const { username, password, saslMechanism } = settings;
  if (saslMechanism === 'EXTERNAL') {
    throw usage('EXTERNAL needs a client certificate, and connect() can present none: use a password');
  }
  if (password === undefined && username === undefined && saslMechanism === undefined) return;
  if (!password || password.includes('\0') || username?.includes('\0')) {
    throw usage('A login by SASL needs a password, and neither it nor the username may contain a NUL');
  }
}

/** A stand-in for the password that a function will return, so that the other options are checked before it is called. */
function knownPassword(password: Password | undefined): string | undefined {
  return typeof password === 'function' ? 'unknown' : password;
}

/** Checks times and rates. @throws FairleadError `usage`. */
function checkTimes(options: IrcOptions): void {
  const { connectTimeoutMs, timeoutMs, pingIntervalMs, pingTimeoutMs, flood = {} } = options;
  const times = { connectTimeoutMs, timeoutMs, pingIntervalMs, pingTimeoutMs };
  for (const [name, value] of Object.entries(times)) checkTimeMs(name, value);
  const { burst = 1, intervalMs = 0 } = flood;
  if (!(burst >= 1)) throw usage('flood.burst must be a number of commands, at least 1');
  if (intervalMs !== 0) checkTimeMs('flood.intervalMs', intervalMs);
}
