// Merges a URL with options, and checks them. It dials nothing and calls no password function.
import { checkOptions, checkSignal, type OptionCheck, type Password } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkExternal } from '@fairlead/sasl';
import { checkTimeMs, readTls } from '@fairlead/transport';
import { checkRegistrationOptions } from '../session/registration/registration-options.ts';
import { checkObject, checkTarget } from '../wire/argument-checks.ts';
import type { IrcOptions, ResolvedOptions, Settings } from './connect-options.ts';
import { parseUrl } from './parse-url.ts';

/** What each option must be that has no check of its own. */
const CHECKS: readonly OptionCheck[] = [
  ['hostname username', 'text'],
  ['port maxLineBytes maxQueuedEvents maxQueuedMessages maxReplyMessages maxUsers', 'a whole number above 0'],
  ['channels altNicks capabilities', 'a list of text'],
  [
    'flood ctcp stsStore',
    'an object',
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ],
  ['saslRequired allowCleartext', 'true or false'],
  ['password serverPassword', 'text, or a function that gives it'],
  [
    'overflow',
    "'error', 'wait' or 'drop-oldest'",
    (value) => value === 'error' || value === 'wait' || value === 'drop-oldest',
  ],
  ['connector rejoin', 'a function'],
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
  checkOptions(merged, CHECKS);
  const { nick, hostname = 'localhost', channels = [], password, serverPassword } = merged;
  const { mode = true, tlsOptions } = readTls(merged.tls);
  if (nick === undefined) throw usage('A nick is needed: ircs://nick@host, or the option nick');
  checkTimes(merged);
  checkSignal(merged.signal);
  checkSecrets({
    ...merged,
    nick,
    tlsOptions,
    password: knownPassword(password),
    serverPassword: knownPassword(serverPassword),
  });
  for (const channel of channels) checkTarget(channel, 'A channel');
  return { ...merged, nick, hostname, tls: mode === true ? 'implicit' : mode || 'off', tlsOptions };
}

/** Checks what the registration and the login send. @throws FairleadError `usage`. */
export function checkSecrets(settings: Omit<Settings, 'tls' | 'hostname'>): void {
  checkRegistrationOptions(settings);
  const { username, password, saslMechanism, tlsOptions } = settings;
  if (saslMechanism === 'EXTERNAL') {
    checkExternal(tlsOptions);
    if (password !== undefined)
      throw usage('EXTERNAL logs in by the client certificate, and takes no password');
    return;
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
