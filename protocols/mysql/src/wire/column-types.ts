// Column types by their codes (protocol, "Column Definition"; enum_field_types). It decodes nothing.

/** The codes that decoding depends on. */
export const TYPE = {
  decimal: 0x00,
  tiny: 0x01,
  short: 0x02,
  long: 0x03,
  float: 0x04,
  double: 0x05,
  null: 0x06,
  timestamp: 0x07,
  longlong: 0x08,
  int24: 0x09,
  date: 0x0a,
  time: 0x0b,
  datetime: 0x0c,
  year: 0x0d,
  newdate: 0x0e,
  varchar: 0x0f,
  bit: 0x10,
  timestamp2: 0x11,
  datetime2: 0x12,
  time2: 0x13,
  vector: 0xf2,
  json: 0xf5,
  newdecimal: 0xf6,
  enum: 0xf7,
  set: 0xf8,
  tinyBlob: 0xf9,
  mediumBlob: 0xfa,
  longBlob: 0xfb,
  blob: 0xfc,
  varString: 0xfd,
  string: 0xfe,
  geometry: 0xff,
} as const;

/** The collation of columns that hold bytes and not text. */
const BINARY_COLLATION = 63;

const UNSIGNED_FLAG = 0x20;
const ENUM_FLAG = 0x100;
const SET_FLAG = 0x800;

const NAMES: Readonly<Record<number, string>> = {
  [TYPE.decimal]: 'decimal',
  [TYPE.newdecimal]: 'decimal',
  [TYPE.tiny]: 'tinyint',
  [TYPE.short]: 'smallint',
  [TYPE.int24]: 'mediumint',
  [TYPE.long]: 'int',
  [TYPE.longlong]: 'bigint',
  [TYPE.float]: 'float',
  [TYPE.double]: 'double',
  [TYPE.null]: 'null',
  [TYPE.timestamp]: 'timestamp',
  [TYPE.timestamp2]: 'timestamp',
  [TYPE.datetime]: 'datetime',
  [TYPE.datetime2]: 'datetime',
  [TYPE.date]: 'date',
  [TYPE.newdate]: 'date',
  [TYPE.time]: 'time',
  [TYPE.time2]: 'time',
  [TYPE.year]: 'year',
  [TYPE.bit]: 'bit',
  [TYPE.json]: 'json',
  [TYPE.vector]: 'vector',
  [TYPE.geometry]: 'geometry',
  [TYPE.enum]: 'enum',
  [TYPE.set]: 'set',
};

/** A column definition. */
export interface ColumnDefinition {
  readonly name: string;
  readonly table: string;
  readonly schema: string;
  readonly type: number;
  readonly collation: number;
  readonly lengthBytes: number;
  readonly flags: number;
  /** Digits after the decimal point, or of the fraction of a second; 31 where the number is not fixed. */
  readonly decimals: number;
  /** MariaDB's extended type: `json`, `uuid`, `inet6`, `point`; else empty. */
  readonly format: string;
}

/** Whether the column's numbers have no sign. */
export function isUnsigned(column: ColumnDefinition): boolean {
  return (column.flags & UNSIGNED_FLAG) !== 0;
}

/** Whether the column holds bytes and not text. */
export function isBinary(column: ColumnDefinition): boolean {
  return column.collation === BINARY_COLLATION;
}

/** Whether the column holds JSON, also where MariaDB keeps it as text. */
export function isJson(column: ColumnDefinition): boolean {
  return column.type === TYPE.json || column.format === 'json';
}

/** The type's name in the spelling of `information_schema`, as far as the column definition has it. */
export function typeName(column: ColumnDefinition): string {
  if (isJson(column)) return 'json';
  if (column.flags & ENUM_FLAG) return 'enum';
  if (column.flags & SET_FLAG) return 'set';
  const name = NAMES[column.type];
  if (name !== undefined) return isUnsigned(column) && hasSign(column.type) ? `${name} unsigned` : name;
  if (column.format !== '') return column.format;
  const binary = isBinary(column);
  if (column.type === TYPE.string) return binary ? 'binary' : 'char';
  if (column.type === TYPE.varString || column.type === TYPE.varchar) return binary ? 'varbinary' : 'varchar';
  return binary ? 'blob' : 'text';
}

function hasSign(type: number): boolean {
  return type <= TYPE.double || type === TYPE.longlong || type === TYPE.int24 || type === TYPE.newdecimal;
}
