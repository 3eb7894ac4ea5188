// How the classes of `bson` are written as BSON.
import type { Binary, Code, DBRef, Decimal128, Int32, Long, ObjectId } from 'bson';
import { unfit } from './unfit.ts';

/** By this, `bson` marks the classes of one major version: those of others may be built otherwise. */
const VERSION = /* @__PURE__ */ Symbol.for('@@mdb.bson.version');
const BSON_VERSION = 7;

/** What writes elements: a kind, a name and a value. */
export interface ElementWriter {
  head(kind: number, name: string): void;
  int32(name: string, value: number): void;
  double(name: string, value: number): void;
  /** 64 bits as two halves. */
  halves(kind: number, name: string, low: number, high: number): void;
  fixed(kind: number, name: string, value: Uint8Array): void;
  binary(name: string, value: Uint8Array, subtype: number): void;
  text(kind: number, name: string, text: string): void;
  pattern(name: string, pattern: string, options: string): void;
  code(name: string, code: Code, depth: number): void;
  document(given: object, depth: number): void;
}

/** Writes the value of one of `bson`'s classes. */
type ClassWriter = (writer: ElementWriter, name: string, value: never, depth: number) => void;

/** By `_bsontype`. */
const CLASSES: Readonly<Record<string, ClassWriter>> = {
  Double: (writer, name, { value }: { value: number }) => writer.double(name, value),
  Binary: (writer, name, value: Binary) => writer.binary(name, vectorChecked(value), value.sub_type),
  ObjectId: (writer, name, { id }: ObjectId) => writer.fixed(7, name, id),
  BSONRegExp: (writer, name, { pattern, options }: { pattern: string; options: string }) =>
    writer.pattern(name, pattern, [...options].sort().join('')),
  BSONSymbol: (writer, name, { value }: { value: string }) => writer.text(14, name, value),
  Code: (writer, name, value: Code, depth) => writer.code(name, value, depth),
  Int32: (writer, name, value: Int32) => writer.int32(name, value.valueOf()),
  Timestamp: (writer, name, { low, high }: Long) => writer.halves(17, name, low, high),
  Long: (writer, name, { low, high }: Long) => writer.halves(18, name, low, high),
  Decimal128: (writer, name, { bytes }: Decimal128) => writer.fixed(19, name, bytes),
  MinKey: (writer, name) => writer.head(0xff, name),
  MaxKey: (writer, name) => writer.head(0x7f, name),
  DBRef: (writer, name, { collection, oid, db, fields }: DBRef, depth) => {
    const reference = { $ref: collection, $id: oid, ...(db != null && { $db: db }), ...fields };
    writer.head(3, name);
    writer.document(reference, depth);
  },
};

/** @throws FairleadError `usage`: something else that says it is one of the classes, or one of another version. */
export function classWriter(value: object, name: string): ClassWriter {
  const write = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (write !== undefined && VERSION in value && value[VERSION] === BSON_VERSION) return write;
  throw unfit(`a value is not of a class of bson ${BSON_VERSION}`);
}

const VECTOR = 9;
const INT8 = 0x03;
const FLOAT32 = 0x27;
const BITS = 0x10;

/** The content of a Binary. @throws FairleadError `usage` for a vector that is none, by the specification "BSON Binary Vector". */
function vectorChecked({ buffer, position, sub_type }: Binary): Uint8Array {
  const value = buffer.subarray(0, position);
  if (sub_type !== VECTOR) return value;
  const [kind, padding = 0] = value;
  const isSound =
    kind === BITS
      ? padding === 0 || (padding < 8 && position > 2)
      : (kind !== INT8 && kind !== FLOAT32) ||
        (padding === 0 && (kind === INT8 || position === 0 || (position - 2) % 4 === 0));
  if (!isSound) throw unfit('a vector is malformed');
  return value;
}
