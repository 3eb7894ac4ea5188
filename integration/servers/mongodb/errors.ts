// The engine's error codes as MongoDB's. It knows those that the tests meet.
import type { Document } from 'bson';

/** By the engine's code, an SQLSTATE: MongoDB's number and name. */
const CODES: Readonly<Record<string, readonly [code: number, name: string]>> = {
  M0001: [2, 'BadValue'],
  M0003: [9, 'FailedToParse'],
  M0004: [14, 'TypeMismatch'],
  M0005: [15, 'Overflow'],
  M0006: [20, 'IllegalOperation'],
  M0008: [26, 'NamespaceNotFound'],
  M0009: [27, 'IndexNotFound'],
  M000A: [28, 'PathNotViable'],
  M000D: [40, 'ConflictingUpdateOperators'],
  M000E: [43, 'CursorNotFound'],
  M000F: [48, 'NamespaceExists'],
  M000G: [52, 'DollarPrefixedFieldName'],
  M000J: [56, 'EmptyFieldName'],
  M000M: [66, 'ImmutableField'],
  M000N: [67, 'CannotCreateIndex'],
  M000P: [72, 'InvalidOptions'],
  M000Q: [73, 'InvalidNamespace'],
  M000R: [85, 'IndexOptionsConflict'],
  M000S: [86, 'IndexKeySpecsConflict'],
  M000U: [115, 'CommandNotSupported'],
  M00CO: [121, 'DocumentFailedValidation'],
  M0016: [263, 'OperationNotSupportedInTransaction'],
  M001B: [10334, 'BSONObjectTooLarge'],
  M001C: [11000, 'DuplicateKey'],
  M007T: [40323, 'Location40323'],
  M007O: [40234, 'Location40234'],
  M0024: [16610, 'Location16610'],
  M007U: [40324, 'Location40324'],
  M0088: [40415, 'Location40415'],
  '23P01': [11000, 'DuplicateKey'],
  '40001': [112, 'WriteConflict'],
  '40P01': [112, 'WriteConflict'],
  '55P03': [112, 'WriteConflict'],
  '42501': [13, 'Unauthorized'],
  '42704': [11, 'UserNotFound'],
};

/** An error that a command is answered with. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly labels: readonly string[];

  constructor(code: number, codeName: string, message: string, labels: readonly string[] = []) {
    super(message);
    this.code = code;
    this.codeName = codeName;
    this.labels = labels;
  }

  /** The reply. */
  get document(): Document {
    const { code, codeName, message, labels } = this;
    return { ok: 0, errmsg: message, code, codeName, ...(labels.length > 0 && { errorLabels: labels }) };
  }
}

/** What the engine threw, for the client. */
export function commandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const { code: state, message } = error as { code?: string; message?: string };
  const [code, name] = CODES[state ?? ''] ?? [1, 'InternalError'];
  const text = code === 1 ? `${state ?? ''} ${message ?? String(error)}` : (message ?? '');
  return new CommandError(code, name, text.trim());
}

/** The engine packs the five characters of a code into a number, six bits each, the first one lowest. */
function unpackedState(packed: number): string {
  return [0, 6, 12, 18, 24].map((shift) => String.fromCharCode(((packed >> shift) & 63) + 48)).join('');
}

/** MongoDB's number of a packed code; any other number as it is. */
export function codeOf(packed: number): number {
  return CODES[unpackedState(packed)]?.[0] ?? packed;
}
