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
 * OID (where it does not follow the one before), name, array OID (where it does not follow the OID; 0: no arrays); of
 * ranges and multiranges also the OID of what they are made of, behind `<`.
 */
const CATALOGUE =
  '16 bool:1000 bytea:1001 char:1002 name:1003 int8:1016 int2:1005 int2vector:1006 int4:1007 regproc:1008 ' +
  'text:1009 oid:1028 tid:1010 xid:1011 cid:1012 oidvector:1013 71 pg_type:210 75 pg_attribute:270 81 pg_proc:272 ' +
  '83 pg_class:273 114 json:199 142 xml 194 pg_node_tree:0 600 point:1017 lseg:1018 path:1019 box:1020 polygon:1027 ' +
  '628 line 650 cidr 700 float4:1021 float8:1022 718 circle 774 macaddr8 790 money 829 macaddr:1040 869 inet:1041 ' +
  '1033 aclitem 1042 bpchar:1014 varchar:1015 1082 date:1182 time:1183 1114 timestamp 1184 timestamptz 1186 interval ' +
  '1266 timetz:1270 1560 bit 1562 varbit 1700 numeric:1231 1790 refcursor:2201 2202 regprocedure:2207 regoper:2208 ' +
  'regoperator:2209 regclass:2210 regtype:2211 2249 record:2287 2275 cstring:1263 2950 uuid 2970 txid_snapshot:2949 ' +
  '3220 pg_lsn 3361 pg_ndistinct:0 3402 pg_dependencies:0 3614 tsvector:3643 tsquery:3645 3642 gtsvector:3644 ' +
  '3734 regconfig 3769 regdictionary 3802 jsonb:3807 3904 int4range<23 3906 numrange<1700 3908 tsrange<1114 ' +
  '3910 tstzrange<1184 3912 daterange<1082 3926 int8range<20 4072 jsonpath 4089 regnamespace 4096 regrole ' +
  '4191 regcollation 4451 int4multirange:6150<3904 4532 nummultirange:6151<3906 tsmultirange:6152<3908 ' +
  'tstzmultirange:6153<3910 datemultirange:6155<3912 int8multirange:6157<3926 4600 pg_brin_bloom_summary:0 ' +
  'pg_brin_minmax_multi_summary:0 5017 pg_mcv_list:0 5038 pg_snapshot 5069 xid8:271 705 unknown:0 2278 void:0';

function readCatalogue(): Map<number, TypeInfo> {
  const types = new Map<number, TypeInfo>();
  const add = (oid: number, name: string, kind: TypeInfo['kind'], element: number, delimiter = ','): void => {
    types.set(oid, { oid, name, kind, element, delimiter });
  };
  let oid = 0;
  for (const [, number, name = '', array, made] of CATALOGUE.matchAll(
    /(?:(\d+) )?([a-z]\w+):?(\d+)?<?(\d+)?/g,
  )) {
    oid = Number(number ?? oid + 1);
    const range = name.includes('multi') ? 'multirange' : 'range';
    add(oid, name, made ? range : 'base', Number(made ?? 0));
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
