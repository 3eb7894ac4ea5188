// A message's structure, read from what the gateway tells: which parts are its text, which its HTML, which are files.

/** A part of a message. Its type and name are the sender's words. */
export interface BodyPart {
  /** For `/imap/part`. */
  readonly part: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Bytes before decoding. */
  readonly size: number | undefined;
  readonly encoding: string | undefined;
  readonly disposition: string | undefined;
  readonly filename: string | undefined;
  readonly parts: readonly BodyPart[];
}

/** The parts by their use. */
export interface Bodies {
  /** One behind the other. */
  readonly texts: readonly BodyPart[];
  readonly htmls: readonly BodyPart[];
  readonly files: readonly BodyPart[];
}

/** Deeper parts are left out: nobody writes such mail. */
const MAX_DEPTH = 50;

/** Reads a structure; undefined for what is none. */
export function readPart(value: unknown, depth = 0): BodyPart | undefined {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined;
  const { part, type, parameters, size, encoding, disposition, filename, parts } = value as Record<
    string,
    unknown
  >;
  if (typeof part !== 'string' || typeof type !== 'string') return undefined;
  return {
    part,
    type: type.toLowerCase(),
    parameters: textsOf(parameters),
    size: typeof size === 'number' ? size : undefined,
    encoding: textOf(encoding)?.toLowerCase(),
    disposition: textOf(disposition)?.toLowerCase(),
    filename: textOf(filename),
    parts: (Array.isArray(parts) ? parts : []).flatMap((one) => readPart(one, depth + 1) ?? []),
  };
}

/** The leaves by their use, in their order. A forwarded message is a file. */
export function bodiesOf(structure: BodyPart | undefined): Bodies {
  const leaves = structure === undefined ? [] : leavesOf(structure);
  const isShown = ({ disposition, filename }: BodyPart) =>
    disposition !== 'attachment' && filename === undefined;
  const texts = leaves.filter((leaf) => leaf.type === 'text/plain' && isShown(leaf));
  const htmls = leaves.filter((leaf) => leaf.type === 'text/html' && isShown(leaf));
  return { texts, htmls, files: leaves.filter((leaf) => !texts.includes(leaf) && !htmls.includes(leaf)) };
}

/** Whether a message has files, for its sign in the list. */
export function hasFiles(structure: unknown): boolean {
  return bodiesOf(readPart(structure)).files.length > 0;
}

/** About how many bytes a part has once it is decoded. */
export function decodedSize({ size, encoding }: BodyPart): number | undefined {
  return size !== undefined && encoding === 'base64' ? Math.floor((size * 54) / 74) : size;
}

function leavesOf(part: BodyPart): readonly BodyPart[] {
  return part.type.startsWith('multipart/') ? part.parts.flatMap(leavesOf) : [part];
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one === 'string'));
}
