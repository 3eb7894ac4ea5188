// What the SQL protocols' routes share: parameters from JSON, rows to JSON, and the answer's two forms.

export type { RequestLimit } from './request/request-time.ts';
export { type ReadOrWrite, resolveReadOrWrite } from './sql/access.ts';
export { answerWithRows, type ResultPart } from './sql/answer.ts';
export { answerWithRowBytes, type BytePart, type RowSeparator } from './sql/byte-answer.ts';
export {
  type Cell,
  type CellEncoder,
  encodeBytes,
  encodePlain,
  encodeRawJson,
  type RowEncoder,
  rowEncoder,
} from './sql/cells.ts';
export {
  type JsonParameter,
  PARAMETERS,
  type ParameterReading,
  readJsonParameter,
} from './sql/parameters.ts';
export { queryFields, queryRoute } from './sql/query-route.ts';
