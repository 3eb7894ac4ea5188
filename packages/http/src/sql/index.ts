// What the SQL protocols' routes share: parameters from JSON, rows to JSON, and the answer's two forms.

export type { CompiledSql, QueryDialect } from '../queries/named-query.ts';
export type { RequestLimit } from '../request/request-time.ts';
export { type ReadOrWrite, resolveReadOrWrite } from './access.ts';
export {
  type AnswerOptions,
  answerWithRows,
  type ProduceResult,
  type ResultPart,
  type RowSeparator,
} from './answer.ts';
export {
  type Cell,
  type CellEncoder,
  encodeBytes,
  encodePlain,
  encodeRawJson,
  encodeRows,
  type RowEncoder,
  rowEncoder,
} from './cells.ts';
export { registerNamedQueries } from './named-route.ts';
export {
  type JsonParameter,
  PARAMETERS,
  type ParameterReading,
  readJsonParameter,
} from './parameters.ts';
export {
  MAX_PARAMETERS,
  type QueryBody,
  type QueryRoute,
  queryFields,
  type RequestedQuery,
  registerQuery,
} from './query-route.ts';
