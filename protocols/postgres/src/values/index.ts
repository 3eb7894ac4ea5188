// Values of results and parameters of statements, and the decoders and encoders of both.
export { encodeParameter, json, parameterOid, type Typed, typed } from './parameters.ts';
export { asBigInt, asDate, asNumber, asText } from './presets.ts';
export { Range, type RangeBounds } from './range.ts';
export type { JsonValue, Parameter, Value } from './value.ts';
