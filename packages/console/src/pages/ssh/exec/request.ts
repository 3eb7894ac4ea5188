// What a person typed as the body of a request to run a command.
import type { Input, Output } from '@fairlead/sdk';

/** A command that the connection lists. */
export type ListedCommand = Output<'sshCommands'>['commands'][number];

type Body = Input<'sshExec'>['body'];

/** What was run, to be shown and to be run again. */
export interface Ran {
  /** A command line, or a listed command's name with its parameters. */
  readonly title: string;
  readonly body: Body;
}

/** A command line of one's own. */
export function runLine(line: string): Ran {
  return { title: line, body: { run: line } };
}

/** A listed command. @param texts Of its parameters, as typed; empty ones that are not required are left out. */
export function runListed(
  { name, params, stdin }: ListedCommand,
  texts: ReadonlyMap<string, string>,
  input: string,
): Ran {
  const given = params
    .map((param) => [param, texts.get(param.name) ?? ''] as const)
    .filter(([{ isRequired }, text]) => isRequired || text !== '');
  const values = Object.fromEntries(given.map(([{ name: key, type }, text]) => [key, typed(type, text)]));
  const words = given.map(([{ name: key }, text]) => `${key}=${text}`);
  const body: Body = {
    command: name,
    ...(given.length > 0 && { params: values }),
    ...(stdin && input !== '' && { stdin: input }),
  };
  return { title: [name, ...words].join(' '), body };
}

/** As JSON has it. What is none of the type goes as text: the gateway says what is wrong with it. */
function typed(type: string, text: string): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'integer' || type === 'number') {
    const number = Number(text);
    return text.trim() !== '' && String(number) === text.trim() ? number : text;
  }
  if (type !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
