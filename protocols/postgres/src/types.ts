// Postgres's built-in types by OID (catalog pg_type.dat): names, and which are arrays of which. It knows no type
// that a database defines itself; those are text.

/** Element OID, array OID, name. The order is the catalogue's. */
const BUILT_IN: readonly (readonly [oid: number, arrayOid: number, name: string])[] = [
  [16, 1000, 'bool'],
  [17, 1001, 'bytea'],
  [18, 1002, 'char'],
  [19, 1003, 'name'],
  [20, 1016, 'int8'],
  [21, 1005, 'int2'],
  [22, 1006, 'int2vector'],
  [23, 1007, 'int4'],
  [24, 1008, 'regproc'],
  [25, 1009, 'text'],
  [26, 1028, 'oid'],
  [27, 1010, 'tid'],
  [28, 1011, 'xid'],
  [29, 1012, 'cid'],
  [30, 1013, 'oidvector'],
  [114, 199, 'json'],
  [142, 143, 'xml'],
  [600, 1017, 'point'],
  [601, 1018, 'lseg'],
  [602, 1019, 'path'],
  [603, 1020, 'box'],
  [604, 1027, 'polygon'],
  [628, 629, 'line'],
  [650, 651, 'cidr'],
  [700, 1021, 'float4'],
  [701, 1022, 'float8'],
  [718, 719, 'circle'],
  [774, 775, 'macaddr8'],
  [790, 791, 'money'],
  [829, 1040, 'macaddr'],
  [869, 1041, 'inet'],
  [1042, 1014, 'bpchar'],
  [1043, 1015, 'varchar'],
  [1082, 1182, 'date'],
  [1083, 1183, 'time'],
  [1114, 1115, 'timestamp'],
  [1184, 1185, 'timestamptz'],
  [1186, 1187, 'interval'],
  [1266, 1270, 'timetz'],
  [1560, 1561, 'bit'],
  [1562, 1563, 'varbit'],
  [1700, 1231, 'numeric'],
  [1790, 2201, 'refcursor'],
  [2205, 2210, 'regclass'],
  [2206, 2211, 'regtype'],
  [2950, 2951, 'uuid'],
  [3220, 3221, 'pg_lsn'],
  [3614, 3643, 'tsvector'],
  [3615, 3645, 'tsquery'],
  [3802, 3807, 'jsonb'],
  [3904, 3905, 'int4range'],
  [3906, 3907, 'numrange'],
  [3908, 3909, 'tsrange'],
  [3910, 3911, 'tstzrange'],
  [3912, 3913, 'daterange'],
  [3926, 3927, 'int8range'],
  [4072, 4073, 'jsonpath'],
  [4451, 6150, 'int4multirange'],
  [4532, 6151, 'nummultirange'],
  [4533, 6152, 'tsmultirange'],
  [4534, 6153, 'tstzmultirange'],
  [4535, 6155, 'datemultirange'],
  [4536, 6157, 'int8multirange'],
  [5069, 271, 'xid8'],
];

/** Types without an array type that a query can return all the same. */
const LONE: readonly (readonly [oid: number, name: string])[] = [
  [705, 'unknown'],
  [2249, 'record'],
  [2278, 'void'],
];

const NAMES = new Map<number, string>(LONE);
const ELEMENTS = new Map<number, number>();
for (const [oid, arrayOid, name] of BUILT_IN) {
  NAMES.set(oid, name);
  NAMES.set(arrayOid, `${name}[]`);
  ELEMENTS.set(arrayOid, oid);
}

/** `int8`, `text[]`, ...; `oid:16385` for a type that the database defines itself. */
export function typeName(oid: number): string {
  return NAMES.get(oid) ?? `oid:${oid}`;
}

/** Array OID and element OID of every built-in array type. */
export function arrayTypes(): IterableIterator<[arrayOid: number, elementOid: number]> {
  return ELEMENTS.entries();
}
