// Checks the options of a session and completes them. No error shows a value.
import { checkOptions, checkSignal, type OptionCheck } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';
import type { SftpOptions } from './types/options.ts';
import { MAX_REQUEST_BYTES } from './wire/limits.ts';

const TIMES = ['timeoutMs', 'connectTimeoutMs', 'replyTimeoutMs'] as const;

const CHECKS: readonly OptionCheck[] = [
  ['names', "'utf8' or 'latin1'", (value) => value === 'utf8' || value === 'latin1'],
  ['symlinkOrder', "'openssh' or 'draft'", (value) => value === 'openssh' || value === 'draft'],
  ['maxRequests', 'a whole number from 1 to 1,024', (value) => isWhole(value, 1, 1_024)],
  [
    'requestBytes',
    `a whole number from 512 to ${MAX_REQUEST_BYTES}`,
    (value) => isWhole(value, 512, MAX_REQUEST_BYTES),
  ],
];

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

/** @throws FairleadError `usage`. */
export function checkSftpOptions(options: SftpOptions): SftpOptions {
  if (typeof options !== 'object' || options === null) throw usage('openSftp takes an object of options');
  checkOptions(options, CHECKS);
  for (const name of TIMES) checkTimeMs(name, options[name]);
  checkSignal(options.signal);
  return options;
}
