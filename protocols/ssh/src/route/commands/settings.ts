// The member `commands` of a connection's entry: what `POST /ssh/exec` may run, by name. Faults are told without a word of a
// command.
import { parameterObject, type QueryParameter, readParameter, withType } from '@fairlead/http/parameters';
import { z } from '@hono/zod-openapi';
import { type CommandPiece, readTemplate } from './template.ts';

/** Names that a request's JSON can hold, and that stand in audit lines. */
const COMMAND_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const MAX_RUN_UNITS = 16_384;
/** In characters, for text without a `maxLength` of its own. */
const DEFAULT_MAX_LENGTH = 1024;

/** A parameter of a command. */
interface CommandParameter extends QueryParameter {
  /** Whether a value may begin with `-`, as options do. Default: no. */
  readonly leadingDash?: boolean | undefined;
}

/** A command that callers may run by its name. */
export interface Command {
  readonly pieces: readonly CommandPiece[];
  readonly params: ReadonlyMap<string, CommandParameter>;
  /** Whether callers may send what it reads. */
  readonly stdin: boolean;
  /** The time where a caller asks for none, and the most that a caller may ask for. */
  readonly timeoutMs: number | undefined;
}

const commandObject = z.strictObject({
  run: z.string().min(1).max(MAX_RUN_UNITS),
  params: z
    .record(
      z.string().regex(PARAMETER_NAME, 'is not a parameter name'),
      z.preprocess(withType, parameterObject.extend({ leadingDash: z.boolean().optional() })),
    )
    .default({}),
  stdin: z.boolean().default(false),
  timeoutMs: z.int().min(1).max(3_600_000).optional(),
});

type CommandSetting = z.output<typeof commandObject>;
type Refuse = (path: readonly PropertyKey[], message: string) => void;

/** The schema of `commands`. A text alone is a command without parameters. */
export const commandsSchema = z
  .record(
    z.string().regex(COMMAND_NAME, 'is not a command name'),
    z.preprocess((entry) => (typeof entry === 'string' ? { run: entry } : entry), commandObject),
  )
  .transform((entries, context): ReadonlyMap<string, Command> => {
    const commands = new Map<string, Command>();
    for (const [name, setting] of Object.entries(entries)) {
      const refuse: Refuse = (path, message) =>
        context.addIssue({ code: 'custom', path: [name, ...path], message });
      commands.set(name, readCommand(setting, refuse));
    }
    return commands;
  });

function readCommand({ run, params, stdin, timeoutMs }: CommandSetting, refuse: Refuse): Command {
  const read = readTemplate(run);
  const pieces = 'pieces' in read ? read.pieces : [];
  if ('fault' in read) refuse(['run'], read.fault);
  const used = new Set(pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.parameter])));
  if (!('fault' in read)) {
    for (const name of used)
      if (!Object.hasOwn(params, name)) refuse(['run'], `has {${name}}, which "params" does not have`);
    for (const name of Object.keys(params))
      if (!used.has(name)) refuse(['params', name], `has no place {${name}} in "run"`);
  }
  const parameters = Object.entries(params).map(([name, { leadingDash, ...setting }]) => {
    const isOpen = setting.maxLength === undefined && (setting.type === 'text' || setting.type === 'json');
    const bounded = isOpen ? { ...setting, maxLength: DEFAULT_MAX_LENGTH } : setting;
    const parameter = readParameter(name, bounded, { utcSuffix: 'Z' }, (path, message) =>
      refuse(['params', name, ...path], message),
    );
    if (parameter.default === null) refuse(['params', name, 'default'], 'must not be null');
    return [name, { ...parameter, leadingDash }] as const;
  });
  return { pieces, params: new Map(parameters), stdin, timeoutMs };
}
