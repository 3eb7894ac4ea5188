// Which extension of a server a command needs. To a server without it the command means something else, or its content is read
// as commands.
import type { Asked } from './command-stream.ts';

/** The extensions of the parameters of MAIL and RCPT. Any other parameter is called like its extension. */
const OF_PARAMETER: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['RET', 'DSN'],
  ['ENVID', 'DSN'],
  ['NOTIFY', 'DSN'],
  ['ORCPT', 'DSN'],
]);

/** RFC 5321 section 4.1.2: a path, whose local part may be quoted. */
const PATH = /^.{4} (?:FROM|TO):<(?:"(?:[^"\\]|\\.)*"|[^">])*>/i;

/** The extension that a command needs and `offered` lacks, if any. */
export function missingExtension(
  asked: Asked,
  line: string,
  offered: ReadonlySet<string>,
): string | undefined {
  return neededBy(asked, line).find((extension) => !offered.has(extension));
}

function neededBy(asked: Asked, line: string): readonly string[] {
  if (asked === 'BDAT' || asked === 'BDAT LAST') return ['CHUNKING'];
  if (asked !== 'MAIL' && asked !== 'RCPT') return [];
  const parameters = line.toUpperCase().replace(PATH, '').trim();
  return parameters === '' ? [] : parameters.split(/\s+/).map(extensionOf);
}

function extensionOf(parameter: string): string {
  const [keyword = '', value = ''] = parameter.split('=', 2);
  if (keyword === 'BODY') return value === 'BINARYMIME' ? value : '8BITMIME';
  return OF_PARAMETER.get(keyword) ?? keyword;
}
