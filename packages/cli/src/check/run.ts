// Reads a gateway's settings and prints what is wrong with them: the exact key, what is wrong, and the way to mend it.
import { checkSettings, type Finding, type TlsChain } from '@fairlead/worker/check';
import type { Arguments } from '../arguments/parse.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, usageError } from '../errors.ts';
import { printable } from '../gateway/refusal.ts';
import type { Output } from '../output/output.ts';
import { readSettings } from '../settings/read.ts';

const MAX_TIMEOUT_SECONDS = 600;
const NAMES_SHOWN = 3;

/** Checks settings. @returns 0 where nothing is an error, 1 otherwise. */
export async function runCheck(given: Arguments, output: Output, context: Context): Promise<ExitCode> {
  const [file, ...more] = given.positionals;
  if (more.length > 0) throw usageError('One file is checked at a time.');
  const seconds = given.text('timeout');
  const limit = seconds === undefined ? {} : { timeoutMs: timeoutMs(seconds) };
  const { values, source } = await readSettings(file, context);
  const connect = !given.has('offline');
  output.progress(connect ? `Checking ${source}, and trying its connections ...` : `Checking ${source} ...`);
  const findings = await checkSettings(values, {
    connect,
    signal: context.signal,
    ...limit,
    onTls: (chain) => tellChain(chain, output),
  });
  for (const finding of findings) tell(finding, output);
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  output.result(
    { event: 'checked', source, errors, warnings, connect },
    summary(source, errors, warnings, connect),
  );
  return errors > 0 ? EXIT.failed : EXIT.ok;
}

function timeoutMs(text: string): number {
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS) return seconds * 1000;
  throw usageError(`--timeout is a number of seconds from 1 to ${MAX_TIMEOUT_SECONDS}, and not "${text}".`);
}

function tell({ level, key, message, fix }: Finding, output: Output): void {
  const word = output.paint(level === 'error' ? 'red' : 'yellow', `${level}:`);
  // What servers said may stand in a message.
  const text = `${word} ${output.paint('bold', printable(key))}: ${printable(message)}\n  ${printable(fix)}`;
  output.result({ event: 'finding', level, key, message, fix }, text);
}

/** What the server sent, its own certificate first. What it calls itself is its own word. */
function tellChain({ key, version, cipher, alpn, certificates }: TlsChain, output: Output): void {
  const head = [version, cipher, ...(alpn === undefined ? [] : [alpn])].join(', ');
  const lines = certificates.map(({ subject, names, validTo, fingerprint256 }, i) => {
    const whose =
      names.length === 0
        ? ''
        : ` for ${names.slice(0, NAMES_SHOWN).join(', ')}${names.length > NAMES_SHOWN ? ', ...' : ''}`;
    return `  ${i + 1}. ${subject || '(no subject)'}${whose}, until ${validTo.slice(0, 10)}, SHA-256 ${fingerprint256.slice(0, 16)}...`;
  });
  const text = [`${output.paint('bold', printable(key))}: ${head}`, ...lines.map(printable)].join('\n');
  output.result({ event: 'tls', key, version, cipher, alpn, certificates }, text);
}

function summary(source: string, errors: number, warnings: number, connect: boolean): string {
  const tried = connect ? 'connections tried' : 'connections not tried';
  if (errors + warnings === 0) return `${source}: nothing found, ${tried}.`;
  return `${source}: ${count(errors, 'error')}, ${count(warnings, 'warning')}, ${tried}.`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
