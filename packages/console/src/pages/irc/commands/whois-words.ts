// What the server tells of a person, in a line.
import { formatMs, formatTime } from '../../../browser/format.ts';

/** `nick: Ahab, channels: #harbour, idle: 3 s`: what is empty or false is left out. @param found The gateway's answer to `whois`. */
export function whoisWords(found: object): string {
  return Object.entries(found)
    .filter(([, value]) => value !== '' && value !== false && value !== undefined && value !== null)
    .map(([name, value]) => wordsOf(name, value))
    .join(', ');
}

function wordsOf(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('AtMs')) return `${name.slice(0, -4)}: ${formatTime(value)}`;
  if (typeof value === 'number' && name.endsWith('Ms')) return `${name.slice(0, -2)}: ${formatMs(value)}`;
  if (value === true) return name;
  if (Array.isArray(value)) return `${name}: ${value.map(nameOf).join(' ')}`;
  return `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
}

/** Channels come with their modes: their names are enough. */
function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : String(value);
}
