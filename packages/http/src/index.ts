// What protocol routes and the worker use of this package. It re-exports; it holds no code.
export type { Access, AccessLimits, Action } from './access/access.ts';
export type { RateLimiter, RateSettings, RateState, RateWindows } from './access/rate-window.ts';
export { type AppOptions, createApp } from './app/app.ts';
export type {
  Config,
  Connection,
  ConnectionCheck,
  ConnectionReader,
  EntrySettings,
  GatewayEnv,
  GatewayTypes,
  GatewayVariables,
  KeepConnections,
  OwnTls,
  PageApp,
  Problem,
  RouteApp,
  RouteContext,
  RouteModule,
  Target,
} from './app/contract.ts';
export { defineRoutes } from './app/define.ts';
export { CONNECTION_HEADER, TIMEOUT_HEADER, URL_HEADER } from './app/headers.ts';
export { openApiDocument } from './app/module-app.ts';
export { SECURITY_SCHEME } from './app/openapi/describe.ts';
export { answerWithDocument, type OpenApiDocument } from './app/openapi/document.ts';
export { JsonNumber, jsonDigits } from './json/digits.ts';
export { JsonPart } from './json/parser.ts';
export { jsonText } from './json/text.ts';
export type { AnalyticsDataset } from './observability/analytics.ts';
export { audit } from './observability/audit.ts';
export type { AuditEntry, Meter, RequestRecord } from './observability/request-record.ts';
export type { LogSettings } from './observability/settings.ts';
export type { Trace } from './observability/trace.ts';
export type { Flow, ProtocolCount, RequestCounters } from './operations/metrics/request-counters.ts';
export { type OperationOptions, operationRoutes } from './operations/modules.ts';
export type { RequestTiming } from './operations/server-timing.ts';
export type { CheckRequest, CheckSettings } from './operations/settings/check-route.ts';
export { type Fault, HttpProblem, type HttpProblemOptions } from './problems/http-problem.ts';
export { lastProblem, problemResponse, shownCertificate, toProblem } from './problems/problem.ts';
export { certificateSchema, problemSchema } from './problems/problem-schema.ts';
export {
  type GatewayCode,
  isProblemCode,
  PROBLEMS,
  type ProblemCode,
  type ProblemKind,
} from './problems/problem-table.ts';
export { problemResponses } from './problems/responses.ts';
export { schemaFault } from './problems/schema-fault.ts';
export type {
  NamedQuery,
  ParameterType,
  ParameterValue,
  QueryParameter,
} from './queries/named-query.ts';
export { type BatchAnswer, batchAnswer } from './request/batch.ts';
export { type JsonBodyOptions, readBody, readJson, requireJsonType, streamBody } from './request/body.ts';
export {
  type Closable,
  type Open,
  streamWithClient,
  type Use,
  whileOpening,
  withClient,
  withDeadline,
} from './request/client.ts';
export { explainAbort } from './request/lifetime.ts';
export { list } from './request/list-schema.ts';
export { operationTimeoutMs, type RequestLimit, requestLimit } from './request/request-time.ts';
export { singleHeader } from './request/single.ts';
export type { Limits } from './settings/limits.ts';
export type { PoolSettings } from './settings/pool.ts';
export {
  tlsOptionsOf,
  tlsOrModeSchema,
  tlsOrStartTlsSchema,
  tlsSchema,
  tlsWishesSchema,
} from './settings/tls.ts';
export { AckWindow } from './streams/ack-window.ts';
export { type ByteAnswer, bytesWithClient } from './streams/byte-stream.ts';
export { type Lines, NDJSON_TYPE, type NdjsonOptions, ndjsonStream } from './streams/ndjson.ts';
export {
  EVENT_STREAM_TYPE,
  type EventStreamOptions,
  encodeEvent,
  eventStream,
  eventsWithClient,
  type ServerEvent,
} from './streams/sse.ts';
export {
  type ByteSocket,
  type ByteSocketHandler,
  type ByteSocketOptions,
  byteSocketWithClient,
  problemOf,
} from './streams/websocket/bytes.ts';
export { type Dialogue, webSocketWithClient } from './streams/websocket/dialogue.ts';
export { WEBSOCKET_PROTOCOL, wantsWebSocket } from './streams/websocket/handshake.ts';
export type { SocketEnd } from './streams/websocket/socket-end.ts';
export { connectionSettings } from './targets/connection-settings.ts';
export { connectorOf, type Dialled, dialOptions } from './targets/dial.ts';
export type { Role } from './targets/roles.ts';
export {
  checkResolved,
  type OwnUrl,
  resolveAddress,
  resolveConnection,
  resolveTarget,
  type TargetRequest,
} from './targets/target.ts';
