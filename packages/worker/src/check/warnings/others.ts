// What is unwise about targets and limits, and variables that are no settings.
import { type Environment, holdsConnections, type Inspection, SETTING_NAMES } from '@fairlead/http/settings';
import { didYouMean } from '../advice/nearest.ts';
import type { Finding } from '../finding.ts';

/** The findings about the other settings. */
export function otherFindings(env: Environment, { values }: Inspection): Finding[] {
  return [
    ...openTargets(values.get('FAIRLEAD_TARGETS')),
    ...limits(values.get('FAIRLEAD_LIMITS')),
    ...strangers(env),
  ];
}

function openTargets(targets: unknown): Finding[] {
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((text: unknown, index): Finding[] => {
    if (typeof text !== 'string' || !/^(\*|0\.0\.0\.0\/0|\[?::\]?\/0\]?):/.test(text)) return [];
    const message = 'lets callers choose any public address: the gateway becomes a proxy for who has a token';
    const fix = 'List the hosts that callers need, such as "*.example.com:5432".';
    return [{ level: 'warning', key: `FAIRLEAD_TARGETS[${index}]`, message, fix }];
  });
}

function limits(value: unknown): Finding[] {
  const { timeoutMs = 30_000, maxTimeoutMs = 300_000 } = Object(value);
  if (!(timeoutMs > maxTimeoutMs)) return [];
  const message = `is more than maxTimeoutMs, which is ${maxTimeoutMs}`;
  const fix = 'Raise maxTimeoutMs, or lower timeoutMs.';
  return [{ level: 'warning', key: 'FAIRLEAD_LIMITS.timeoutMs', message, fix }];
}

function strangers(env: Environment): Finding[] {
  const isSetting = (name: string) => holdsConnections(name) || SETTING_NAMES.some((known) => known === name);
  return Object.keys(env)
    .filter((name) => name.startsWith('FAIRLEAD_') && !isSetting(name))
    .map((key): Finding => {
      const fix = didYouMean(key, SETTING_NAMES, 'settings');
      return { level: 'warning', key, message: 'is no setting: nothing reads it', fix };
    });
}
