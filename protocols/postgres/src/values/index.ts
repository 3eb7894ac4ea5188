// What goes in and out of a statement: values, parameters, and what makes either of the other.
export { encodeParameter, json, parameterOid, type Typed, typed } from './parameters.ts';
export { asBigInt, asDate, asNumber, asText } from './presets.ts';
export { Range, type RangeBounds } from './range.ts';
export type { JsonValue, Parameter, Value } from './value.ts';
