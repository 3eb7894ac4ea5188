// Postgres's built-in types by OID (catalog pg_type.dat): names, and which are made of which. It knows no type that a
// database defines itself: those are looked up.

/** What a type is made of. */
export interface TypeInfo {
  readonly oid: number;
  /** As `pg_type.typname` has it; arrays as `int4[]`. */
  readonly name: string;
  readonly kind: 'base' | 'array' | 'range' | 'multirange' | 'enum' | 'domain' | 'composite';
  /** Of an array its elements' type, of a range its bounds', of a multirange its ranges', of a domain its base; else 0. */
  readonly element: number;
  /** Between the elements of an array's text: `;` for `box[]`, else `,`. */
  readonly delimiter: string;
  /** A composite's columns. */
  readonly attributes?: readonly Attribute[] | undefined;
}

/** One column of a composite type. */
export interface Attribute {
  readonly name: string;
  readonly oid: number;
}

/**
 * OID, array OID (where it is not the next number), name; of ranges and multiranges also the OID of what they are made
 * of, behind `<`.
 */
const CATALOGUE =
  '16 1000 bool 17 1001 bytea 18 1002 char 19 1003 name 20 1016 int8 21 1005 int2 22 1006 int2vector ' +
  '23 1007 int4 24 1008 regproc 25 1009 text 26 1028 oid 27 1010 tid 28 1011 xid 29 1012 cid ' +
  '30 1013 oidvector 114 199 json 142 xml 600 1017 point 601 1018 lseg 602 1019 path 603 1020 box ' +
  '604 1027 polygon 628 line 650 cidr 700 1021 float4 701 1022 float8 718 circle 774 macaddr8 790 money ' +
  '829 1040 macaddr 869 1041 inet 1042 1014 bpchar 1043 1015 varchar 1082 1182 date 1083 1183 time ' +
  '1114 timestamp 1184 timestamptz 1186 interval 1266 1270 timetz 1560 bit 1562 varbit 1700 1231 numeric ' +
  '1790 2201 refcursor 2205 2210 regclass 2206 2211 regtype 2249 2287 record 2950 uuid 3220 pg_lsn ' +
  '3614 3643 tsvector 3615 3645 tsquery 3802 3807 jsonb 3904 int4range<23 3906 numrange<1700 ' +
  '3908 tsrange<1114 3910 tstzrange<1184 3912 daterange<1082 3926 int8range<20 4072 jsonpath ' +
  '4451 6150 int4multirange<3904 4532 6151 nummultirange<3906 4533 6152 tsmultirange<3908 ' +
  '4534 6153 tstzmultirange<3910 4535 6155 datemultirange<3912 4536 6157 int8multirange<3926 5069 271 xid8 ' +
  '705 0 unknown 2278 0 void';

function readCatalogue(): Map<number, TypeInfo> {
  const types = new Map<number, TypeInfo>();
  const add = (oid: number, name: string, kind: TypeInfo['kind'], element: number, delimiter = ','): void => {
    types.set(oid, { oid, name, kind, element, delimiter });
  };
  for (const [, number, array, name = '', made] of CATALOGUE.matchAll(
    /(\d+) (?:(\d+) )?([a-z]\w+)<?(\d*)/g,
  )) {
    const oid = Number(number);
    const range = name.includes('multi') ? 'multirange' : 'range';
    add(oid, name, made ? range : 'base', Number(made));
    // 0 is for types that have no arrays.
    if (array !== '0') add(Number(array ?? oid + 1), `${name}[]`, 'array', oid, name === 'box' ? ';' : ',');
  }
  return types;
}

/** The built-in types by OID, arrays included. */
export const BUILT_IN: ReadonlyMap<number, TypeInfo> = readCatalogue();

/** `int8`, `text[]`, ...; `oid:16385` for a type that the database defines itself. */
export function typeName(oid: number): string {
  return BUILT_IN.get(oid)?.name ?? `oid:${oid}`;
}
