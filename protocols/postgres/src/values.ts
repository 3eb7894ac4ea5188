// What goes in and out of a statement: values, parameters, and what makes either of the other.
export { encodeParameter, json, parameterOid, type Typed, typed } from './values/parameters.ts';
export { asBigInt, asDate, asNumber, asText } from './values/presets.ts';
export { Range, type RangeBounds } from './values/range.ts';
export type { JsonValue, Parameter, Value } from './values/value.ts';
