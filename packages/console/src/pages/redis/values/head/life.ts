// Times to live as people type and read them.

const UNITS: Readonly<Record<string, number>> = {
  '': 1_000,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `90`, `90s`, `15m`, `2h` or `7d`; undefined for other text, for 0 and for more than a thousand years. */
export function parseLife(text: string): number | undefined {
  const [, number = '', unit = ''] = /^\s*(\d{1,12}(?:\.\d{1,3})?)\s*([smhd]?)\s*$/i.exec(text) ?? [];
  const ms = Math.round(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  return number !== '' && ms > 0 && ms <= 365_000 * 86_400_000 ? ms : undefined;
}

/** What is left, to the second: `2 d 3 h 4 min 5 s`. */
export function sayLeft(ms: number): string {
  if (ms <= 0) return 'expired';
  const seconds = Math.ceil(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
