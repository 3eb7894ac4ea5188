// A terminal's options as they are sent. It knows no terminal.
import { checkOptions, type OptionCheck } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import type { PtyOptions, TerminalModes } from '../options/call-options.ts';
import { terminal, windowSize } from '../wire/channels/bodies.ts';
import type { Body } from '../wire/channels/encode.ts';

/** The terminal modes of RFC 4254 section 8 and RFC 8160: the number of the first name, then names in the order of their numbers. */
const MODES: readonly (readonly [first: number, names: string])[] = [
  [
    1,
    'VINTR VQUIT VERASE VKILL VEOF VEOL VEOL2 VSTART VSTOP VSUSP VDSUSP VREPRINT VWERASE VLNEXT VFLUSH VSWTCH VSTATUS VDISCARD',
  ],
  [30, 'IGNPAR PARMRK INPCK ISTRIP INLCR IGNCR ICRNL IUCLC IXON IXANY IXOFF IMAXBEL IUTF8'],
  [50, 'ISIG ICANON XCASE ECHO ECHOE ECHOK ECHONL NOFLSH TOSTOP IEXTEN ECHOCTL ECHOKE PENDIN'],
  [70, 'OPOST OLCUC ONLCR OCRNL ONOCR ONLRET'],
  [90, 'CS7 CS8 PARENB PARODD'],
  [128, 'TTY_OP_ISPEED TTY_OP_OSPEED'],
];

const MAX_CELLS = 65_535;

const CHECKS: readonly OptionCheck[] = [
  ['term', 'text'],
  ['columns rows', `a whole number from 1 to ${MAX_CELLS}`, isCells],
  ['modes', 'an object of numbers', (value) => typeof value === 'object' && value !== null],
];

/** The body of `pty-req`. @throws FairleadError `usage`. */
export function terminalBody(options: PtyOptions): Body {
  checkOptions(options, CHECKS);
  const { term = 'xterm-256color', columns = 80, rows = 24, modes = {} } = options;
  return terminal(term, columns, rows, modeList(modes));
}

/** The body of `window-change`. @throws FairleadError `usage`. */
export function windowSizeBody(columns: number, rows: number): Body {
  checkOptions({ columns, rows }, CHECKS);
  return windowSize(columns, rows);
}

function modeList(modes: TerminalModes): readonly (readonly [number, number])[] {
  return Object.entries(modes).map(([name, argument]) => {
    const opcode = opcodeOf(name);
    if (opcode === undefined) throw usage(`${JSON.stringify(name.slice(0, 40))} is no terminal mode of SSH`);
    if (!Number.isInteger(argument) || argument < 0 || argument > 0xffff_ffff) {
      throw usage(`The terminal mode ${name} is a whole number from 0 to 4294967295`);
    }
    return [opcode, argument];
  });
}

function opcodeOf(name: string): number | undefined {
  for (const [first, names] of MODES) {
    const index = names.split(' ').indexOf(name);
    if (index !== -1) return first + index;
  }
  return undefined;
}

function isCells(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_CELLS;
}
