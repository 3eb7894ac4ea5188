// Typed parameters as named queries have them, for other routes with settings of that kind.

export type { ParameterType, ParameterValue, QueryParameter } from '../named-query.ts';
export { type ParameterSetting, parameterObject, readParameter, withType } from '../parameter-settings.ts';
export { type ParameterReading, readParameterValues } from '../request.ts';
