// The gateway's operations. Generated: run `npm run generate -w @fairlead/sdk`.
import { events } from '../operations/events.ts';
import { json } from '../operations/json.ts';
import { lines } from '../operations/lines.ts';
import { response } from '../operations/response.ts';
import { text } from '../operations/text.ts';

/** Run one SQL statement: `POST /pg/query`. */
export const pgQuery = /* @__PURE__ */ json<'pgQuery'>('POST', '/pg/query');
/** Run one SQL statement, as lines while it runs: `POST /pg/query`. */
export const pgQueryLines = /* @__PURE__ */ lines<'pgQuery'>('POST', '/pg/query');
/** Run a named query: `GET /pg/q/{name}`. */
export const pgReadNamedQuery = /* @__PURE__ */ json<'pgReadNamedQuery'>('GET', '/pg/q/{name}');
/** Run a named query, as lines while it runs: `GET /pg/q/{name}`. */
export const pgReadNamedQueryLines = /* @__PURE__ */ lines<'pgReadNamedQuery'>('GET', '/pg/q/{name}');
/** Run a named query: `POST /pg/q/{name}`. */
export const pgRunNamedQuery = /* @__PURE__ */ json<'pgRunNamedQuery'>('POST', '/pg/q/{name}');
/** Run a named query, as lines while it runs: `POST /pg/q/{name}`. */
export const pgRunNamedQueryLines = /* @__PURE__ */ lines<'pgRunNamedQuery'>('POST', '/pg/q/{name}');
/** Run SQL in the shape of Neon’s serverless driver: `POST /pg/sql`. */
export const pgNeonSql = /* @__PURE__ */ json<'pgNeonSql'>('POST', '/pg/sql');
/** Run one SQL statement: `POST /mysql/query`. */
export const mysqlQuery = /* @__PURE__ */ json<'mysqlQuery'>('POST', '/mysql/query');
/** Run one SQL statement, as lines while it runs: `POST /mysql/query`. */
export const mysqlQueryLines = /* @__PURE__ */ lines<'mysqlQuery'>('POST', '/mysql/query');
/** Run a named query: `GET /mysql/q/{name}`. */
export const mysqlReadNamedQuery = /* @__PURE__ */ json<'mysqlReadNamedQuery'>('GET', '/mysql/q/{name}');
/** Run a named query, as lines while it runs: `GET /mysql/q/{name}`. */
export const mysqlReadNamedQueryLines = /* @__PURE__ */ lines<'mysqlReadNamedQuery'>(
  'GET',
  '/mysql/q/{name}',
);
/** Run a named query: `POST /mysql/q/{name}`. */
export const mysqlRunNamedQuery = /* @__PURE__ */ json<'mysqlRunNamedQuery'>('POST', '/mysql/q/{name}');
/** Run a named query, as lines while it runs: `POST /mysql/q/{name}`. */
export const mysqlRunNamedQueryLines = /* @__PURE__ */ lines<'mysqlRunNamedQuery'>('POST', '/mysql/q/{name}');
/** Run one command: `POST /redis`. */
export const redisRun = /* @__PURE__ */ json<'redisRun'>('POST', '/redis');
/** Run commands in order: `POST /redis/pipeline`. */
export const redisPipeline = /* @__PURE__ */ json<'redisPipeline'>('POST', '/redis/pipeline');
/** Run commands as a transaction: `POST /redis/multi-exec`. */
export const redisTransaction = /* @__PURE__ */ json<'redisTransaction'>('POST', '/redis/multi-exec');
/** Run the command in the path: `GET /redis/{command}/{arguments}`. */
export const redisRunPath = /* @__PURE__ */ json<'redisRunPath'>('GET', '/redis/{command}/{arguments}');
/** Run the command in the path, with the body for its last argument: `POST /redis/{command}/{arguments}`. */
export const redisRunPathWithBody = /* @__PURE__ */ json<'redisRunPathWithBody'>(
  'POST',
  '/redis/{command}/{arguments}',
  'text/plain',
);
/** Subscribe to channels: `GET /redis/subscribe/{channel}`. */
export const redisSubscribe = /* @__PURE__ */ events<'redisSubscribe'>('GET', '/redis/subscribe/{channel}');
/** Subscribe to patterns: `GET /redis/psubscribe/{pattern}`. */
export const redisPsubscribe = /* @__PURE__ */ events<'redisPsubscribe'>(
  'GET',
  '/redis/psubscribe/{pattern}',
);
/** Subscribe to sharded channels: `GET /redis/ssubscribe/{channel}`. */
export const redisSsubscribe = /* @__PURE__ */ events<'redisSsubscribe'>(
  'GET',
  '/redis/ssubscribe/{channel}',
);
/** Watch all commands: `GET /redis/monitor`. */
export const redisMonitor = /* @__PURE__ */ events<'redisMonitor'>('GET', '/redis/monitor');
/** Find a document: `POST /mongodb/action/findOne`. */
export const mongodbFindOne = /* @__PURE__ */ json<'mongodbFindOne'>('POST', '/mongodb/action/findOne');
/** Find documents: `POST /mongodb/action/find`. */
export const mongodbFind = /* @__PURE__ */ json<'mongodbFind'>('POST', '/mongodb/action/find');
/** Find documents, as lines while it runs: `POST /mongodb/action/find`. */
export const mongodbFindLines = /* @__PURE__ */ lines<'mongodbFind'>('POST', '/mongodb/action/find');
/** Insert a document: `POST /mongodb/action/insertOne`. */
export const mongodbInsertOne = /* @__PURE__ */ json<'mongodbInsertOne'>('POST', '/mongodb/action/insertOne');
/** Insert documents: `POST /mongodb/action/insertMany`. */
export const mongodbInsertMany = /* @__PURE__ */ json<'mongodbInsertMany'>(
  'POST',
  '/mongodb/action/insertMany',
);
/** Change a document: `POST /mongodb/action/updateOne`. */
export const mongodbUpdateOne = /* @__PURE__ */ json<'mongodbUpdateOne'>('POST', '/mongodb/action/updateOne');
/** Change documents: `POST /mongodb/action/updateMany`. */
export const mongodbUpdateMany = /* @__PURE__ */ json<'mongodbUpdateMany'>(
  'POST',
  '/mongodb/action/updateMany',
);
/** Replace a document: `POST /mongodb/action/replaceOne`. */
export const mongodbReplaceOne = /* @__PURE__ */ json<'mongodbReplaceOne'>(
  'POST',
  '/mongodb/action/replaceOne',
);
/** Delete a document: `POST /mongodb/action/deleteOne`. */
export const mongodbDeleteOne = /* @__PURE__ */ json<'mongodbDeleteOne'>('POST', '/mongodb/action/deleteOne');
/** Delete documents: `POST /mongodb/action/deleteMany`. */
export const mongodbDeleteMany = /* @__PURE__ */ json<'mongodbDeleteMany'>(
  'POST',
  '/mongodb/action/deleteMany',
);
/** Run a pipeline: `POST /mongodb/action/aggregate`. */
export const mongodbAggregate = /* @__PURE__ */ json<'mongodbAggregate'>('POST', '/mongodb/action/aggregate');
/** Run a pipeline, as lines while it runs: `POST /mongodb/action/aggregate`. */
export const mongodbAggregateLines = /* @__PURE__ */ lines<'mongodbAggregate'>(
  'POST',
  '/mongodb/action/aggregate',
);
/** Run a command: `POST /mongodb/command`. */
export const mongodbCommand = /* @__PURE__ */ json<'mongodbCommand'>('POST', '/mongodb/command');
/** Publish one message, or a batch: `POST /mqtt/publish`. */
export const mqttPublish = /* @__PURE__ */ json<'mqttPublish'>('POST', '/mqtt/publish');
/** Receive messages, as Server-Sent Events or over a WebSocket: `GET /mqtt/subscribe`. */
export const mqttSubscribe = /* @__PURE__ */ events<'mqttSubscribe'>('GET', '/mqtt/subscribe');
/** Compose and send a mail: `POST /smtp/send`. */
export const smtpSend = /* @__PURE__ */ json<'smtpSend'>('POST', '/smtp/send');
/** Send a ready-made message: `POST /smtp/send-raw`. */
export const smtpSendRaw = /* @__PURE__ */ json<'smtpSendRaw'>('POST', '/smtp/send-raw', 'message/rfc822');
/** Look at a server that the target policy allows: `GET /smtp/probe/{address}`. */
export const smtpProbeAddress = /* @__PURE__ */ json<'smtpProbeAddress'>('GET', '/smtp/probe/{address}');
/** Look at the server of a named connection: `GET /smtp/probe`. */
export const smtpProbe = /* @__PURE__ */ json<'smtpProbe'>('GET', '/smtp/probe');
/** List mailboxes: `GET /imap/list`. */
export const imapList = /* @__PURE__ */ json<'imapList'>('GET', '/imap/list');
/** Search a mailbox: `POST /imap/search`. */
export const imapSearch = /* @__PURE__ */ json<'imapSearch'>('POST', '/imap/search');
/** Read envelopes, flags and structures: `GET /imap/messages`. */
export const imapMessages = /* @__PURE__ */ json<'imapMessages'>('GET', '/imap/messages');
/** Read envelopes, flags and structures, as lines while it runs: `GET /imap/messages`. */
export const imapMessagesLines = /* @__PURE__ */ lines<'imapMessages'>('GET', '/imap/messages');
/** Download a part of a message: `GET /imap/part`. */
export const imapPart = /* @__PURE__ */ response<'imapPart'>('GET', '/imap/part');
/** Synchronise a mailbox: `POST /imap/sync`. */
export const imapSync = /* @__PURE__ */ json<'imapSync'>('POST', '/imap/sync');
/** Synchronise a mailbox, as lines while it runs: `POST /imap/sync`. */
export const imapSyncLines = /* @__PURE__ */ lines<'imapSync'>('POST', '/imap/sync');
/** Watch a mailbox for new mail: `GET /imap/watch`. */
export const imapWatch = /* @__PURE__ */ events<'imapWatch'>('GET', '/imap/watch');
/** Add a message to a mailbox: `POST /imap/append`. */
export const imapAppend = /* @__PURE__ */ json<'imapAppend'>('POST', '/imap/append', 'message/rfc822');
/** Change flags: `POST /imap/flags`. */
export const imapFlags = /* @__PURE__ */ json<'imapFlags'>('POST', '/imap/flags');
/** Move or copy messages: `POST /imap/move`. */
export const imapMove = /* @__PURE__ */ json<'imapMove'>('POST', '/imap/move');
/** Delete messages: `POST /imap/delete`. */
export const imapDelete = /* @__PURE__ */ json<'imapDelete'>('POST', '/imap/delete');
/** Join, say and part in one call: `POST /irc/send`. */
export const ircSend = /* @__PURE__ */ json<'ircSend'>('POST', '/irc/send');
/** Fetch a Gopher item: `GET /gopher/fetch`. */
export const gopherFetch = /* @__PURE__ */ response<'gopherFetch'>('GET', '/gopher/fetch');
/** Run a command at a server: `POST /ssh/exec`. */
export const sshExec = /* @__PURE__ */ json<'sshExec'>('POST', '/ssh/exec');
/** Run a command at a server, as lines while it runs: `POST /ssh/exec`. */
export const sshExecLines = /* @__PURE__ */ lines<'sshExec'>('POST', '/ssh/exec');
/** Run a command at a server, as events while it runs: `POST /ssh/exec`. */
export const sshExecEvents = /* @__PURE__ */ events<'sshExec'>('POST', '/ssh/exec');
/** The commands that a connection lists: `GET /ssh/commands`. */
export const sshCommands = /* @__PURE__ */ json<'sshCommands'>('GET', '/ssh/commands');
/** The entries of a folder: `GET /sftp/list`. */
export const sftpList = /* @__PURE__ */ json<'sftpList'>('GET', '/sftp/list');
/** The entries of a folder, as lines while it runs: `GET /sftp/list`. */
export const sftpListLines = /* @__PURE__ */ lines<'sftpList'>('GET', '/sftp/list');
/** A file’s attributes: `GET /sftp/stat`. */
export const sftpStat = /* @__PURE__ */ json<'sftpStat'>('GET', '/sftp/stat');
/** Download a file: `GET /sftp/get`. */
export const sftpGet = /* @__PURE__ */ response<'sftpGet'>('GET', '/sftp/get');
/** Upload a file: `PUT /sftp/put`. */
export const sftpPut = /* @__PURE__ */ json<'sftpPut'>('PUT', '/sftp/put', 'application/octet-stream');
/** Make a folder: `POST /sftp/mkdir`. */
export const sftpMkdir = /* @__PURE__ */ json<'sftpMkdir'>('POST', '/sftp/mkdir');
/** Rename or move a file or a folder: `POST /sftp/rename`. */
export const sftpRename = /* @__PURE__ */ json<'sftpRename'>('POST', '/sftp/rename');
/** Remove a file or a folder: `POST /sftp/remove`. */
export const sftpRemove = /* @__PURE__ */ json<'sftpRemove'>('POST', '/sftp/remove');
/** Upload a file: `PUT /ftp/put`. */
export const ftpPut = /* @__PURE__ */ json<'ftpPut'>('PUT', '/ftp/put', 'application/octet-stream');
/** Download a file: `GET /ftp/get`. */
export const ftpGet = /* @__PURE__ */ response<'ftpGet'>('GET', '/ftp/get');
/** List a directory: `POST /ftp/list`. */
export const ftpList = /* @__PURE__ */ json<'ftpList'>('POST', '/ftp/list');
/** List a directory, as lines while it runs: `POST /ftp/list`. */
export const ftpListLines = /* @__PURE__ */ lines<'ftpList'>('POST', '/ftp/list');
/** Look at a file or directory: `POST /ftp/stat`. */
export const ftpStat = /* @__PURE__ */ json<'ftpStat'>('POST', '/ftp/stat');
/** Make a directory: `POST /ftp/mkdir`. */
export const ftpMkdir = /* @__PURE__ */ json<'ftpMkdir'>('POST', '/ftp/mkdir');
/** Rename or move: `POST /ftp/rename`. */
export const ftpRename = /* @__PURE__ */ json<'ftpRename'>('POST', '/ftp/rename');
/** Delete a file, a directory, or a tree: `POST /ftp/delete`. */
export const ftpDelete = /* @__PURE__ */ json<'ftpDelete'>('POST', '/ftp/delete');
/** Measure the handshake with an address that the target policy allows: `GET /tcp/ping/{address}`. */
export const tcpPingAddress = /* @__PURE__ */ json<'tcpPingAddress'>('GET', '/tcp/ping/{address}');
/** Measure the handshake with an address that the target policy allows, as lines while it runs: `GET /tcp/ping/{address}`. */
export const tcpPingAddressLines = /* @__PURE__ */ lines<'tcpPingAddress'>('GET', '/tcp/ping/{address}');
/** Measure the handshake with an address that the target policy allows, as events while it runs: `GET /tcp/ping/{address}`. */
export const tcpPingAddressEvents = /* @__PURE__ */ events<'tcpPingAddress'>('GET', '/tcp/ping/{address}');
/** Measure the handshake with a named connection, with addresses, or with both: `GET /tcp/ping`. */
export const tcpPing = /* @__PURE__ */ json<'tcpPing'>('GET', '/tcp/ping');
/** Measure the handshake with a named connection, with addresses, or with both, as lines while it runs: `GET /tcp/ping`. */
export const tcpPingLines = /* @__PURE__ */ lines<'tcpPing'>('GET', '/tcp/ping');
/** Measure the handshake with a named connection, with addresses, or with both, as events while it runs: `GET /tcp/ping`. */
export const tcpPingEvents = /* @__PURE__ */ events<'tcpPing'>('GET', '/tcp/ping');
/** Measure the handshake with several targets: `POST /tcp/ping`. */
export const tcpPingMany = /* @__PURE__ */ json<'tcpPingMany'>('POST', '/tcp/ping');
/** Measure the handshake with several targets, as lines while it runs: `POST /tcp/ping`. */
export const tcpPingManyLines = /* @__PURE__ */ lines<'tcpPingMany'>('POST', '/tcp/ping');
/** Measure the handshake with several targets, as events while it runs: `POST /tcp/ping`. */
export const tcpPingManyEvents = /* @__PURE__ */ events<'tcpPingMany'>('POST', '/tcp/ping');
/** Send bytes to a server and read its answer: `POST /tcp/send`. */
export const tcpSend = /* @__PURE__ */ json<'tcpSend'>('POST', '/tcp/send');
/** What the token may do: `GET /access`. */
export const adminAccess = /* @__PURE__ */ json<'adminAccess'>('GET', '/access');
/** The last requests that failed: `GET /errors`. */
export const adminErrors = /* @__PURE__ */ json<'adminErrors'>('GET', '/errors');
/** The configured connections, and what their pools do: `GET /connections`. */
export const adminListConnections = /* @__PURE__ */ json<'adminListConnections'>('GET', '/connections');
/** Close the connections of a pool: `POST /connections/{name}/drain`. */
export const adminDrain = /* @__PURE__ */ json<'adminDrain'>('POST', '/connections/{name}/drain');
/** Figures for Prometheus and its kin, as OpenMetrics text: `GET /metrics`. */
export const adminMetrics = /* @__PURE__ */ text<'adminMetrics'>('GET', '/metrics');
/** Whether the gateway can serve: `GET /readyz`. */
export const adminGetReadyz = /* @__PURE__ */ json<'adminGetReadyz'>('GET', '/readyz');
/** The settings in force, without secrets: `GET /settings`. */
export const adminSettings = /* @__PURE__ */ json<'adminSettings'>('GET', '/settings');
/** What is wrong or unwise in the settings: `GET /settings/check`. */
export const adminCheckSettings = /* @__PURE__ */ json<'adminCheckSettings'>('GET', '/settings/check');
