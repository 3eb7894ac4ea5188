// The shell of the local SSH server: a prompt, a line editor of one line, and the same commands as `exec`. No variables, no pipes.
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { type CommandContext, runCommand } from './commands.ts';

const PROMPT = 'demo$ ';
const MAX_LINE_CHARACTERS = 4096;
/** Arrow keys and their like. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals begin these sequences with ESC
const ESCAPE_SEQUENCE = /^\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])/;

/** What the shell reads and writes. */
export interface ShellStreams {
  readonly input: Readable;
  readonly output: Writable;
  /** Asked for at each command: a terminal can be resized. Undefined without a terminal: nothing is echoed then. */
  readonly size: () => CommandContext['size'];
}

/** Reads lines and runs them until `exit`, Ctrl-D or the input's end. @returns The last command's exit status. */
export async function runShell(folder: CommandContext['folder'], streams: ShellStreams): Promise<number> {
  if (!streams.size()) return readLines(folder, streams);
  const output = withCarriageReturns();
  const written = pipeline(output, streams.output, { end: false });
  const [status] = await Promise.all([
    readLines(folder, { ...streams, output }).finally(() => output.end()),
    written,
  ]);
  return status;
}

async function readLines(folder: CommandContext['folder'], { input, output, size }: ShellStreams) {
  const decoder = new StringDecoder('utf8');
  let line = '';
  let status = 0;
  const echo = (text: string) => size() && output.write(text);
  output.write(`Type help for the commands.\n${PROMPT}`);
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    let keys = decoder.write(chunk as Buffer);
    while (keys !== '') {
      const [key = ''] = ESCAPE_SEQUENCE.exec(keys) ?? [...keys];
      keys = keys.slice(key.length);
      if (key === '\x04' && line === '') return status;
      if (key !== '\r' && key !== '\n') {
        line = edited(line, key, echo);
        continue;
      }
      echo('\n');
      const command = line.trim();
      line = '';
      if (/^exit(?:\s|$)/.test(command)) return Number(/\d+/.exec(command)?.[0] ?? status) & 0xff;
      const context = { folder, stdin: undefined, stdout: output, stderr: output, size: size() };
      if (command !== '') status = await runCommand(command, context);
      output.write(PROMPT);
    }
  }
  return status;
}

/** The line after a key that does not end it. */
function edited(line: string, key: string, echo: (text: string) => void): string {
  switch (key) {
    case '\x7f':
    case '\b':
      if (line !== '') echo('\b \b');
      return [...line].slice(0, -1).join('');
    case '\x03':
      echo(`^C\n${PROMPT}`);
      return '';
    case '\x15':
      echo('\b \b'.repeat([...line].length));
      return '';
    default:
      if (key < ' ' || line.length >= MAX_LINE_CHARACTERS) return line;
      echo(key);
      return line + key;
  }
}

/** A terminal in its usual mode begins a new line by CR LF. */
function withCarriageReturns(): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      done(null, Buffer.from(chunk.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'));
    },
  });
}
