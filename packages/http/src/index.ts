// What protocol routes and the worker use of this package. It re-exports; it holds no code.
export type { Access } from './access.ts';
export { AckWindow } from './ack-window.ts';
export { type AppOptions, createApp } from './app.ts';
export { type JsonBodyOptions, readBody, readJson, requireJsonType, streamBody } from './body.ts';
export {
  type Closable,
  type Open,
  streamWithClient,
  type Use,
  withClient,
  withDeadline,
} from './client.ts';
export type {
  Config,
  Connection,
  GatewayEnv,
  GatewayTypes,
  GatewayVariables,
  Problem,
  RouteApp,
  RouteContext,
  RouteModule,
  Target,
} from './contract.ts';
export { defineRoutes } from './define.ts';
export { SECURITY_SCHEME } from './describe.ts';
export { CONNECTION_HEADER, TIMEOUT_HEADER, URL_HEADER } from './headers.ts';
export { type Fault, HttpProblem, type HttpProblemOptions } from './http-problem.ts';
export { JsonNumber, jsonDigits } from './json/digits.ts';
export { JsonPart } from './json/parser.ts';
export { base64, jsonText } from './json/text.ts';
export type { Limits } from './limits.ts';
export { list } from './list-schema.ts';
export { type Lines, NDJSON_TYPE, type NdjsonOptions, ndjsonStream } from './ndjson.ts';
export { problemResponse, problemSchema, toProblem } from './problem.ts';
export {
  type GatewayCode,
  isProblemCode,
  PROBLEMS,
  type ProblemCode,
  type ProblemKind,
} from './problem-table.ts';
export { operationTimeoutMs, type RequestLimit, requestLimit } from './request-time.ts';
export { problemResponses } from './responses.ts';
export { schemaFault } from './schema-fault.ts';
export { singleHeader } from './single.ts';
export {
  EVENT_STREAM_TYPE,
  type EventStreamOptions,
  encodeEvent,
  eventStream,
  eventsWithClient,
  type ServerEvent,
} from './sse.ts';
export {
  type OwnUrl,
  resolveAddress,
  resolveConnection,
  resolveTarget,
  type TargetRequest,
} from './target.ts';
export { type Dialogue, webSocketWithClient } from './websocket.ts';
export { WEBSOCKET_PROTOCOL, wantsWebSocket } from './websocket-handshake.ts';
