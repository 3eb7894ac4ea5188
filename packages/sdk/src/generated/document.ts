// The types of the gateway's OpenAPI document. Generated: run `npm run generate -w @fairlead/sdk`.
/** The components of the OpenAPI document. */
export type components = {
  schemas: {
    Problem: {
      /** @example /problems/connect_failed */
      type: string;
      title: string;
      status: number;
      detail: string;
      /** @enum {string} */
      code:
        | 'connect_failed'
        | 'connect_timeout'
        | 'tls_failed'
        | 'connection_lost'
        | 'closed'
        | 'timeout'
        | 'aborted'
        | 'protocol'
        | 'auth'
        | 'server'
        | 'policy'
        | 'limit'
        | 'overloaded'
        | 'usage'
        | 'unauthorized'
        | 'forbidden'
        | 'not_found'
        | 'method_not_allowed'
        | 'unsupported_media_type'
        | 'range_not_satisfiable'
        | 'upgrade_required'
        | 'invalid'
        | 'body_timeout'
        | 'rate_limited'
        | 'unavailable'
        | 'config'
        | 'internal';
      /** @enum {string} */
      blame: 'local' | 'peer' | 'network';
      /** @description True only if nothing was sent that could have had an effect */
      safeToRetry: boolean;
      requestId: string;
      peer?: {
        hostname: string;
        port: number;
        tls: boolean;
      };
      server?: {
        code: string;
        message: string;
        fields?: {
          [key: string]: string;
        };
      };
      /**
       * @description Why TLS failed, with `tls_failed`
       * @enum {string}
       */
      reason?:
        | 'name_mismatch'
        | 'unknown_issuer'
        | 'expired'
        | 'not_yet_valid'
        | 'constraint'
        | 'usage'
        | 'pin'
        | 'alert'
        | 'protocol'
        | 'session_reuse'
        | 'unknown';
      certificate?: components['schemas']['Certificate'];
      /**
       * @description The alert that the server sent (RFC 8446)
       * @example certificate_required
       */
      alert?: string;
      errors?: {
        path: string;
        message: string;
      }[];
      /**
       * @description The scope that the token lacks
       * @example pg:read:main
       */
      needs?: string;
    };
    Certificate: {
      /** @example CN=db.example.com */
      subject: string;
      issuer: string;
      /**
       * @description What it is for
       * @example [
       *       "DNS:db.example.com"
       *     ]
       */
      names: string[];
      /** Format: date-time */
      validFrom: string;
      /** Format: date-time */
      validTo: string;
      /** @description SHA-256 of the whole certificate, in hex */
      fingerprint256: string;
    };
    PostgresResult: {
      columns: {
        name: string;
        type: string;
        oid: number;
      }[];
      /** @description Objects or arrays. bool, int2, int4, oid, float4, float8, json and jsonb are values of their own (NaN and the infinities text), json as the server wrote it; int8, numeric and everything else text; bytea base64; dates, times and intervals ISO 8601 to the microsecond; arrays of these arrays; NULL null. */
      rows: unknown[];
      rowCount: number;
      /** @example SELECT */
      command: string;
    };
    PostgresQuery: {
      /**
       * @description One statement; parameters are $1, $2, ...
       * @example select $1::int as answer
       */
      sql: string;
      params?: unknown[];
      /** @description A named connection. Default: the configured default */
      connection?: string;
      /** @description Whether the statement is kept from writing, as one of a token that may only read is; it runs with the token’s own role all the same. Tokens that may only read need not say so. Default: false */
      readOnly?: boolean;
      /**
       * @description Rows as objects by column name, or as arrays, which keep columns of one name
       * @default object
       * @enum {string}
       */
      rowMode?: 'object' | 'array';
    };
    NeonResult: {
      fields: {
        name: string;
        dataTypeID: number;
        tableID: number;
        columnID: number;
        dataTypeSize: number;
        dataTypeModifier: number;
        /** @example text */
        format: string;
      }[];
      rows: unknown[];
      /** @example SELECT */
      command: string;
      /** @description Null where the statement counts none */
      rowCount: number | null;
      rowAsArray: boolean;
    };
    NeonResults: {
      results: components['schemas']['NeonResult'][];
    };
    /** @description Beside these: internalPosition, internalQuery, where, schema, table, column, dataType, constraint, file, line, routine */
    NeonError: {
      message: string;
      /** @description SQLSTATE; or, of what the gateway refuses, a problem’s code */
      code: string;
      severity?: string | null;
      detail?: string | null;
      hint?: string | null;
      position?: string | null;
    } & {
      [key: string]: unknown;
    };
    NeonRequest: {
      /**
       * @description One statement; parameters are $1, $2, ...
       * @example select $1::int as answer
       */
      query?: string;
      params?: unknown[];
      /** @description Rows as arrays. Default: the header Neon-Array-Mode, else objects */
      arrayMode?: boolean;
      /** @description In place of the other three: statements that run in one transaction, in this order */
      queries?: components['schemas']['NeonQuery'][];
    };
    NeonQuery: {
      /**
       * @description One statement; parameters are $1, $2, ...
       * @example select $1::int as answer
       */
      query: string;
      params?: unknown[];
      /** @description Rows as arrays. Default: the header Neon-Array-Mode, else objects */
      arrayMode?: boolean;
    };
    MysqlResult: {
      columns: {
        name: string;
        type: string;
        table: string;
        schema: string;
      }[];
      /** @description Objects or arrays; bytes as base64, bigint and decimal as text */
      rows: unknown[];
      rowCount: number;
      /** @example SELECT */
      command: string;
      affectedRows: number;
      lastInsertId: string;
      warningCount: number;
      /** @description Further results, as of CALL, whose last one has no rows */
      moreResults?: {
        columns: {
          name: string;
          type: string;
          table: string;
          schema: string;
        }[];
        /** @description Objects or arrays; bytes as base64, bigint and decimal as text */
        rows: unknown[];
        rowCount: number;
        /** @example SELECT */
        command: string;
        affectedRows: number;
        lastInsertId: string;
        warningCount: number;
      }[];
    };
    MysqlQuery: {
      /**
       * @description One statement; parameters are ? (then params is an array) or :name (an object)
       * @example select ? + 0 as answer
       */
      sql: string;
      params?:
        | unknown[]
        | {
            [key: string]: unknown;
          };
      /** @description A named connection. Default: the configured default */
      connection?: string;
      /** @description Whether the statement is kept from writing, as one of a token that may only read is; it runs with the token’s own role all the same. Tokens that may only read need not say so. Default: false */
      readOnly?: boolean;
      /**
       * @description Rows as objects by column name, or as arrays, which keep columns of one name
       * @default object
       * @enum {string}
       */
      rowMode?: 'object' | 'array';
    };
    RedisResult: {
      result?: unknown;
    };
    /**
     * @example [
     *       "SET",
     *       "key",
     *       "value",
     *       "EX",
     *       60
     *     ]
     */
    RedisCommand: (string | number | boolean)[];
    RedisResults: (
      | components['schemas']['RedisResult']
      | {
          error: string;
        }
    )[];
    MongodbDocument: {
      /** @description Or null */
      document?: unknown;
    };
    MongodbFindOne: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      filter?: {
        [key: string]: unknown;
      };
      projection?: {
        [key: string]: unknown;
      };
      sort?: {
        [key: string]: unknown;
      };
    };
    MongodbDocuments: {
      documents: unknown[];
    };
    MongodbFind: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      filter?: {
        [key: string]: unknown;
      };
      projection?: {
        [key: string]: unknown;
      };
      sort?: {
        [key: string]: unknown;
      };
      /** @description Default 1,000; as NDJSON all */
      limit?: number;
      skip?: number;
    };
    MongodbInserted: {
      insertedId?: unknown;
    };
    MongodbInsertOne: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      document: {
        [key: string]: unknown;
      };
    };
    MongodbInsertedMany: {
      insertedIds: unknown[];
    };
    MongodbInsertMany: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      documents: {
        [key: string]: unknown;
      }[];
      ordered?: boolean;
    };
    MongodbUpdated: {
      matchedCount: number;
      modifiedCount: number;
      upsertedId?: unknown;
    };
    MongodbUpdateOne: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      filter: {
        [key: string]: unknown;
      };
      /** @description Operators such as `$set`, or a pipeline */
      update:
        | {
            [key: string]: unknown;
          }
        | {
            [key: string]: unknown;
          }[];
      upsert?: boolean;
    };
    MongodbUpdateMany: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      filter: {
        [key: string]: unknown;
      };
      /** @description Operators such as `$set`, or a pipeline */
      update:
        | {
            [key: string]: unknown;
          }
        | {
            [key: string]: unknown;
          }[];
      upsert?: boolean;
    };
    MongodbReplaceOne: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      filter: {
        [key: string]: unknown;
      };
      replacement: {
        [key: string]: unknown;
      };
      upsert?: boolean;
    };
    MongodbDeleted: {
      deletedCount: number;
    };
    MongodbDeleteOne: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      filter: {
        [key: string]: unknown;
      };
    };
    MongodbDeleteMany: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      filter: {
        [key: string]: unknown;
      };
    };
    MongodbAggregate: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      /** @example orders */
      collection: string;
      pipeline: {
        [key: string]: unknown;
      }[];
    };
    MongodbReply: {
      result?: unknown;
    };
    MongodbCommand: {
      /** @description The connection. Default: the token’s own */
      dataSource?: string;
      /** @example shop */
      database: string;
      command: {
        [key: string]: unknown;
      };
    };
    MqttPublished: {
      /**
       * @description 0, or 16 where the topic has no subscribers and the broker says so
       * @example 0
       */
      reasonCode: number;
      reasonString?: string;
      /**
       * @description Pairs of name and value; a name may appear more than once
       * @example [
       *       [
       *         "trace",
       *         "abc"
       *       ]
       *     ]
       */
      userProperties?: string[][];
      /** @description Where a broker of MQTT 3.1.1 took QoS 2 as QoS 1 */
      qos?: 0 | 1 | 2;
    };
    MqttPublish: {
      /** @example harbour/rotterdam/wind */
      topic: string;
      /**
       * @description Text. Default: empty
       * @example {"knots":12}
       */
      payload?: string;
      /** @description Bytes, in place of `payload` */
      payloadBase64?: string;
      /**
       * @description Default 1: the answer comes when the broker has the message. 0 waits for nothing
       * @default 1
       */
      qos?: 0 | 1 | 2;
      /** @default false */
      retain?: boolean;
      /** @description Properties of MQTT 5 */
      properties?: {
        payloadIsText?: boolean;
        messageExpirySeconds?: number;
        contentType?: string;
        responseTopic?: string;
        correlationDataBase64?: string;
        /**
         * @description Pairs of name and value; a name may appear more than once
         * @example [
         *       [
         *         "trace",
         *         "abc"
         *       ]
         *     ]
         */
        userProperties?: string[][];
      };
    };
    MailResult: {
      accepted: string[];
      rejected: {
        address: string;
        code: number;
        enhanced?: string;
        message: string;
      }[];
      /** @example 250 2.0.0 Ok: queued as 4Xy */
      response: string;
      messageId?: string;
    };
    Mail: {
      connection?: string;
      /** @description Default: the only sender of the connection */
      from?:
        | string
        | {
            name?: string;
            address: string;
          }
        | (
            | string
            | {
                name?: string;
                address: string;
              }
          )[];
      /** @example Name <user@example.com> */
      sender?:
        | string
        | {
            name?: string;
            address: string;
          };
      to?:
        | string
        | {
            name?: string;
            address: string;
          }
        | (
            | string
            | {
                name?: string;
                address: string;
              }
          )[];
      cc?:
        | string
        | {
            name?: string;
            address: string;
          }
        | (
            | string
            | {
                name?: string;
                address: string;
              }
          )[];
      bcc?:
        | string
        | {
            name?: string;
            address: string;
          }
        | (
            | string
            | {
                name?: string;
                address: string;
              }
          )[];
      replyTo?:
        | string
        | {
            name?: string;
            address: string;
          }
        | (
            | string
            | {
                name?: string;
                address: string;
              }
          )[];
      subject?: string;
      text?: string;
      html?: string;
      attachments?: {
        filename?: string;
        contentType?: string;
        /** @description In base64 */
        content: string;
        /** @enum {string} */
        disposition?: 'attachment' | 'inline';
        cid?: string;
        /** @description Text is encoded where needed; { "prepared": "..." } is sent as it is, folded by CR LF and white space */
        headers?: {
          [key: string]:
            | string
            | {
                prepared: string;
              }
            | (
                | string
                | {
                    prepared: string;
                  }
              )[];
        };
      }[];
      alternatives?: {
        contentType: string;
        content: string;
      }[];
      icalEvent?: {
        content: string;
        method?: string;
        filename?: string;
      };
      /** @description Text is encoded where needed; { "prepared": "..." } is sent as it is, folded by CR LF and white space */
      headers?: {
        [key: string]:
          | string
          | {
              prepared: string;
            }
          | (
              | string
              | {
                  prepared: string;
                }
            )[];
      };
      /** @description List-ID and its kind; URLs or addresses */
      list?: {
        id?:
          | string
          | {
              name?: string;
              id: string;
            };
        unsubscribe?: string | string[];
        oneClick?: boolean;
        help?: string | string[];
        subscribe?: string | string[];
        post?: string | string[];
        owner?: string | string[];
        archive?: string | string[];
      };
      /** @enum {string} */
      priority?: 'high' | 'normal' | 'low';
      messageId?: string;
      inReplyTo?: string | string[];
      references?: string | string[];
      /** Format: date-time */
      date?: string;
      dsn?: {
        notify?: 'never' | ('success' | 'failure' | 'delay')[];
        /** @enum {string} */
        return?: 'full' | 'headers';
        envelopeId?: string;
      };
      envelope?: {
        from?: string;
        to?: string[];
        /** @enum {string} */
        return?: 'full' | 'headers';
        envelopeId?: string;
        requireTls?: boolean;
      };
    };
    MailProbe: {
      address?: string;
      connection?: string;
      greeting: string;
      /** @description true: from the first byte; false: the server offers none */
      tls: boolean | 'starttls';
      capabilities: {
        name: string;
        extended: boolean;
        startTls: boolean;
        pipelining: boolean;
        chunking: boolean;
        eightBitMime: boolean;
        smtpUtf8: boolean;
        dsn: boolean;
        requireTls: boolean;
        enhancedStatusCodes: boolean;
        size?: number;
        auth: string[];
        extensions: {
          [key: string]: string[];
        };
      };
    };
    ImapMailboxes: {
      mailboxes: components['schemas']['ImapMailbox'][];
    };
    ImapMailbox: {
      name: string;
      /** @description Between the levels of the name */
      delimiter?: string;
      attributes: string[];
      /** @enum {string} */
      specialUse?: 'all' | 'archive' | 'drafts' | 'flagged' | 'important' | 'junk' | 'sent' | 'trash';
      isSelectable: boolean;
      isSubscribed: boolean;
      status?: components['schemas']['ImapStatus'];
    };
    ImapStatus: {
      messages?: number;
      unseen?: number;
      deleted?: number;
      /** @description Bytes of all messages together */
      size?: number;
      uidNext?: number;
      uidValidity?: number;
      /** @description Digits */
      highestModSeq?: string;
      appendLimit?: number;
      mailboxId?: string;
    };
    ImapSearchResult: {
      uidValidity: number;
      /** @description Newest first */
      uids: number[];
      /** @description All matches, on this page and behind it */
      count: number;
      /** @description `before` of the next page; missing on the last one */
      next?: number;
    };
    /** @default {} */
    ImapCriteria: {
      all?: boolean;
      answered?: boolean;
      deleted?: boolean;
      draft?: boolean;
      flagged?: boolean;
      seen?: boolean;
      recent?: boolean;
      new?: boolean;
      old?: boolean;
      keyword?: string | string[];
      unkeyword?: string | string[];
      from?: string | string[];
      to?: string | string[];
      cc?: string | string[];
      bcc?: string | string[];
      subject?: string | string[];
      body?: string | string[];
      /** @description In the header or the body */
      text?: string | string[];
      /** @description By name of the field; `true`: it is there */
      header?: {
        [key: string]: string | string[] | true;
      };
      before?: string;
      on?: string;
      /** @example 2026-11-01 */
      since?: string;
      sentBefore?: string;
      sentOn?: string;
      sentSince?: string;
      savedBefore?: string;
      savedOn?: string;
      savedSince?: string;
      /** @description Seconds before now */
      younger?: number;
      /** @description Seconds before now */
      older?: number;
      /** @description Bytes */
      larger?: number;
      /** @description Bytes */
      smaller?: number;
      /**
       * @description One, a list, or a set as IMAP writes it: `1:4,7`
       * @example 1:4,7
       */
      uid?: number | number[] | string;
      modSeq?: string;
      emailId?: string;
      threadId?: string;
      /** @description Gmail’s own search language */
      gmailRaw?: string;
      gmailMessageId?: string;
      gmailThreadId?: string;
      gmailLabels?: string | string[];
      /** @description Criteria */
      fuzzy?: {
        [key: string]: unknown;
      };
      not?:
        | {
            [key: string]: unknown;
          }
        | {
            [key: string]: unknown;
          }[];
      /** @description At least one of them */
      or?: {
        [key: string]: unknown;
      }[];
      and?: {
        [key: string]: unknown;
      }[];
    };
    ImapMessages: {
      uidValidity: number;
      /** @description How many messages the mailbox holds */
      exists: number;
      messages: components['schemas']['ImapMessage'][];
    };
    ImapMessage: {
      uid: number;
      uidValidity: number;
      flags?: string[];
      envelope?: components['schemas']['ImapEnvelope'];
      structure?: components['schemas']['ImapPart'];
      size?: number;
      /** Format: date-time */
      internalDate?: string;
      /** @description Digits */
      modSeq?: string;
      emailId?: string;
      threadId?: string;
      preview?: string;
      gmail?: {
        messageId: string;
        threadId: string;
        labels: string[];
      };
    };
    ImapEnvelope: {
      /** Format: date-time */
      date?: string;
      dateText?: string;
      subject?: string;
      from: components['schemas']['ImapAddress'][];
      sender: components['schemas']['ImapAddress'][];
      replyTo: components['schemas']['ImapAddress'][];
      to: components['schemas']['ImapAddress'][];
      cc: components['schemas']['ImapAddress'][];
      bcc: components['schemas']['ImapAddress'][];
      inReplyTo?: string;
      messageId?: string;
    };
    ImapAddress: {
      name?: string;
      address?: string;
      group?: {
        [key: string]: unknown;
      }[];
    };
    ImapPart: {
      /** @description For `/imap/part` */
      part: string;
      /** @description As the mail says it; not to be believed */
      type: string;
      parameters: {
        [key: string]: string;
      };
      encoding?: string;
      /** @description Bytes before decoding */
      size?: number;
      disposition?: string;
      filename?: string;
      /** @description Parts in it, of the same members */
      parts: {
        [key: string]: unknown;
      }[];
    };
    ImapSyncResult: {
      uidValidity: number;
      /** @description UIDs that are gone, as a set: `3:5,9` */
      vanished: string;
      /**
       * @description `uids`: changed flags of messages that were known before are not seen
       * @enum {string}
       */
      by: 'qresync' | 'condstore' | 'uids';
      /** @description The mailbox was made anew: all UIDs known before are void */
      isReset: boolean;
      /** @description Keep it for the next time */
      state: string;
      changed: components['schemas']['ImapChange'][];
    };
    ImapChange: {
      uid: number;
      flags: string[];
      isNew: boolean;
      /** @description Digits */
      modSeq?: string;
    };
    ImapSyncEnd: {
      uidValidity: number;
      /** @description UIDs that are gone, as a set: `3:5,9` */
      vanished: string;
      /**
       * @description `uids`: changed flags of messages that were known before are not seen
       * @enum {string}
       */
      by: 'qresync' | 'condstore' | 'uids';
      /** @description The mailbox was made anew: all UIDs known before are void */
      isReset: boolean;
      /** @description Keep it for the next time */
      state: string;
    };
    ImapAppendResult: {
      uidValidity?: number;
      /** @description Missing where the server does not say it (UIDPLUS) */
      uid?: number;
    };
    ImapFlagsResult: {
      uidValidity: number;
      /** @description Messages that were left alone, by `unchangedSince`: `3:5` */
      modified: string;
    };
    ImapMoveResult: {
      uidValidity: number;
      /** @description Missing where the messages are gone for good */
      to?: {
        mailbox: string;
        uidValidity?: number;
        /** @description New UID by old one. Missing where the server does not say it (UIDPLUS), or there are more than `maxRows` */
        uids?: {
          [key: string]: number;
        };
      };
    };
    IrcSent: {
      nick: string;
      account?: string;
      server: {
        name: string;
        version: string;
        network: string;
      };
      target: string;
      /** @description How many of the messages the server has not taken, or may not have taken */
      failed: number;
      /** @description The result of each message, in their order */
      results: (
        | {
            sent: {
              text: string;
              /** @description The message’s msgid, if the server echoes messages */
              id?: string;
              /** @description Milliseconds since 1970 */
              time?: number;
            }[];
          }
        | {
            error: components['schemas']['Problem'];
          }
      )[];
    };
    IrcSend: {
      connection?: string;
      /**
       * @description A channel or a nick
       * @example #deploys
       */
      target: string;
      messages: (
        | string
        | {
            text: string;
            /** @enum {string} */
            kind?: 'privmsg' | 'notice' | 'action';
            /**
             * @description Whether a text with line ends is refused, or sent line by line. Default refuse
             * @enum {string}
             */
            lines?: 'refuse' | 'split';
          }
      )[];
      /** @description Whether a channel is joined first. Default true */
      join?: boolean;
      /** @description The channel’s key */
      key?: string;
      /** @description Whether the channel is left before the connection ends; a text is the reason. Default true */
      part?: boolean | string;
    };
    GopherMenu: {
      /** @description Of an address of your own */
      url?: string;
      connection?: string;
      type: string;
      items?: components['schemas']['GopherItem'][];
      /** @description For `!` and `$` */
      attributes?: unknown[];
    };
    GopherItem: {
      /** @example 1 */
      type: string;
      display: string;
      selector: string;
      hostname: string;
      port?: number;
      /** @enum {string} */
      plus?: '+' | '?';
      /** @description As the server wrote it: look at its scheme */
      url?: string;
    };
    SshExec: {
      /**
       * @description The exit status; absent where a signal ended the command, or the server says nothing
       * @example 0
       */
      code?: number;
      /**
       * @description The signal that ended it, without `SIG`
       * @example TERM
       */
      signal?: string;
      /** @example active */
      stdout: string;
      /** @example  */
      stderr: string;
      /**
       * @description What `stdout` and `stderr` are
       * @enum {string}
       */
      encoding: 'text' | 'base64';
    };
    SshExecEvent:
      | {
          /** @enum {string} */
          event: 'started';
        }
      | {
          /** @enum {string} */
          event: 'stdout' | 'stderr';
          data: string;
          /** @enum {string} */
          encoding: 'text' | 'base64';
        }
      | {
          /** @enum {string} */
          event: 'exit';
          /**
           * @description The exit status; absent where a signal ended the command, or the server says nothing
           * @example 0
           */
          code?: number;
          /**
           * @description The signal that ended it, without `SIG`
           * @example TERM
           */
          signal?: string;
        };
    SshExecRequest: {
      connection?: string;
      /**
       * @description The name of a command in the connection’s entry
       * @example restart
       */
      command?: string;
      /**
       * @description The command’s parameters, by name; each becomes one word of the command line
       * @example {
       *       "service": "nginx"
       *     }
       */
      params?: {
        [key: string]: unknown;
      };
      /** @description A command line of your own, in place of `command`. Scope `ssh:any:<connection>` */
      run?: string;
      /** @description What the command reads: text or `{"base64"}`. Default: nothing. Named commands read it where their entry says so */
      stdin?:
        | string
        | {
            /** @example DQo= */
            base64: string;
          };
      /**
       * @description Of the output. Default `text`, which is UTF-8; where it is not, `base64` comes
       * @enum {string}
       */
      encoding?: 'text' | 'base64';
    };
    SshCommands: {
      commands: components['schemas']['SshCommand'][];
    };
    SshCommand: {
      /** @example restart */
      name: string;
      /** @description Whether it reads what a caller sends */
      stdin: boolean;
      /** @description The most time that it may take */
      timeoutMs?: number;
      params: {
        /** @example service */
        name: string;
        /** @example text */
        type: string;
        isRequired: boolean;
        description?: string;
        enum?: string[];
      }[];
    };
    SftpList: {
      /**
       * @description Below the root of the connection
       * @example /reports
       */
      path: string;
      entries: components['schemas']['SftpEntry'][];
    };
    SftpEntry: {
      /** @example 2026.csv */
      name: string;
      /**
       * @example file
       * @enum {string}
       */
      type:
        | 'file'
        | 'directory'
        | 'symlink'
        | 'fifo'
        | 'socket'
        | 'block-device'
        | 'character-device'
        | 'unknown';
      /**
       * @description In bytes
       * @example 1024
       */
      size?: number;
      /**
       * @description The permissions, in octal
       * @example 0644
       */
      mode?: string;
      uid?: number;
      gid?: number;
      /**
       * Format: date-time
       * @example 2026-11-29T09:00:00.000Z
       */
      modifiedAt?: string;
    };
    SftpStat: {
      /**
       * @description Below the root of the connection
       * @example /reports/2026.csv
       */
      path: string;
      /**
       * @example file
       * @enum {string}
       */
      type:
        | 'file'
        | 'directory'
        | 'symlink'
        | 'fifo'
        | 'socket'
        | 'block-device'
        | 'character-device'
        | 'unknown';
      /**
       * @description In bytes
       * @example 1024
       */
      size?: number;
      /**
       * @description The permissions, in octal
       * @example 0644
       */
      mode?: string;
      uid?: number;
      gid?: number;
      /**
       * Format: date-time
       * @example 2026-11-29T09:00:00.000Z
       */
      modifiedAt?: string;
    };
    SftpPut: {
      /**
       * @description Below the root of the connection
       * @example /reports/2026.csv
       */
      path: string;
      /** @example 1024 */
      bytes: number;
      /** @description Whether the target was replaced in one step */
      atomic: boolean;
    };
    SftpDone: {
      /**
       * @description Below the root of the connection
       * @example /reports/2026.csv
       */
      path: string;
    };
    SftpRenamed: {
      /**
       * @description Below the root of the connection
       * @example /reports/2026.csv
       */
      from: string;
      /**
       * @description Below the root of the connection
       * @example /reports/2026.csv
       */
      to: string;
    };
    FtpPutResult: {
      bytes: number;
    };
    FtpListing: {
      entries: components['schemas']['FtpEntry'][];
    };
    FtpEntry: {
      /** @description As the server wrote it: check it before you build a path of it */
      name: string;
      /** @enum {string} */
      type: 'file' | 'directory' | 'link' | 'other' | 'unparsed';
      size?: number;
      /** Format: date-time */
      modifiedAt?: string;
      /** @description true: from LIST, which knows no time zone */
      isTimeApproximate?: boolean;
      /** @description Of a link */
      target?: string;
      permissions?: string;
      owner?: string;
      group?: string;
      /** @description The server’s line, where it is of no known form */
      raw?: string;
    };
    FtpDone: Record<string, never>;
    FtpDeleted: {
      removed: number;
    };
    TcpPing: {
      /**
       * @description For an address of your own, canonical
       * @example db.example.com:5432
       */
      address?: string;
      /**
       * @description For a named connection
       * @example main
       */
      connection?: string;
      sent: number;
      received: number;
      /**
       * @description From 0 to 1
       * @example 0
       */
      loss: number;
      tcp?: components['schemas']['TcpPingTimes'];
      tls?: components['schemas']['TcpPingTimes'];
      session?: components['schemas']['TlsSession'];
      /** @description All of them; not in the summary of a stream */
      samples?: components['schemas']['TcpPingSample'][];
      /**
       * @description The data centre that took the request, as the platform tells it
       * @example AMS
       */
      colo?: string;
      /**
       * @description The header `cf-placement`, where the Worker has a placement
       * @example remote-LHR
       */
      placement?: string;
    };
    /**
     * @example {
     *       "minMs": 11.9,
     *       "medianMs": 12.4,
     *       "p95Ms": 14.2,
     *       "maxMs": 14.2,
     *       "jitterMs": 0.8
     *     }
     */
    TcpPingTimes: {
      minMs: number;
      /** @description With an even number of times, the mean of the two in the middle */
      medianMs: number;
      /** @description Nearest rank */
      p95Ms: number;
      maxMs: number;
      /** @description Mean absolute difference of successive times; absent with fewer than two */
      jitterMs?: number;
    };
    /** @description What the last TLS handshake came to, for a connection whose entry has an object "tls" */
    TlsSession: {
      /** @example TLSv1.3 */
      version: string;
      /** @example TLS_AES_128_GCM_SHA256 */
      cipher: string;
      alpn?: string;
      resumed: boolean;
      /** @description What the server sent, its own certificate first */
      certificates: components['schemas']['Certificate'][];
    };
    TcpPingSample: {
      /** @description 1 for the first */
      n: number;
      /** @description From dialling to the TCP connection being open */
      tcpMs?: number;
      /** @description From there to the end of the TLS handshake */
      tlsMs?: number;
      /**
       * @description Why it is lost, as a code
       * @example connect_failed
       */
      error?: string;
    };
    TcpPings: {
      /**
       * @description How many results are problems
       * @example 0
       */
      failed: number;
      results: (
        | {
            /**
             * @description For an address of your own, canonical
             * @example db.example.com:5432
             */
            address?: string;
            /**
             * @description For a named connection
             * @example main
             */
            connection?: string;
            sent: number;
            received: number;
            /**
             * @description From 0 to 1
             * @example 0
             */
            loss: number;
            tcp?: components['schemas']['TcpPingTimes'];
            tls?: components['schemas']['TcpPingTimes'];
            session?: components['schemas']['TlsSession'];
            /** @description All of them; not in the summary of a stream */
            samples?: components['schemas']['TcpPingSample'][];
          }
        | {
            /**
             * @description For an address of your own, canonical
             * @example db.example.com:5432
             */
            address?: string;
            /**
             * @description For a named connection
             * @example main
             */
            connection?: string;
            error: components['schemas']['Problem'];
          }
      )[];
      /**
       * @description The data centre that took the request, as the platform tells it
       * @example AMS
       */
      colo?: string;
      /**
       * @description The header `cf-placement`, where the Worker has a placement
       * @example remote-LHR
       */
      placement?: string;
    };
    TcpPingRequest: {
      /**
       * @example [
       *       {
       *         "connection": "main"
       *       },
       *       {
       *         "address": "db.example.com:5432"
       *       }
       *     ]
       */
      targets: (
        | {
            address: string;
          }
        | {
            connection: string;
          }
      )[];
      /** @description TLS too, with a verified certificate. Default false */
      tls?: boolean;
      /** @description Samples of each target. Default 1 */
      count?: number;
      /** @description Milliseconds from the start of one sample to the start of the next. Default 0 */
      intervalMs?: number;
    };
    TcpSend: {
      /**
       * @description Canonical
       * @example whois.example.com:43
       */
      address?: string;
      connection?: string;
      /** @example Domain Name: EXAMPLE.COM */
      data: string;
      /**
       * @description What `data` is
       * @enum {string}
       */
      encoding: 'text' | 'latin1' | 'hex' | 'base64';
      /**
       * @description The length of the answer
       * @example 26
       */
      bytes: number;
      /**
       * @description `close`: the server ended the stream
       * @enum {string}
       */
      endedBy: 'close' | 'bytes' | 'pattern' | 'silentMs' | 'totalMs' | 'maxBytes';
      /** @description To the open connection, TLS included */
      connectMs: number;
      /** @description From there to the first bytes of the answer */
      firstByteMs?: number;
      totalMs: number;
    };
    TcpSendRequest: {
      /**
       * @description An address of your own; else a connection is used
       * @example whois.example.com:43
       */
      address?: string;
      /** @description A named connection, of any protocol */
      connection?: string;
      /**
       * @description What is sent: text, `{"hex"}` or `{"base64"}`. Without it the server speaks first
       * @example example.com
       */
      data?:
        | string
        | {
            /** @example 0d0a */
            hex: string;
          }
        | {
            /** @example DQo= */
            base64: string;
          };
      /** @description End this direction behind the data. Default false */
      end?: boolean;
      /** @description TLS from the first byte, verified. Default false */
      tls?: boolean;
      /** @description What ends the answer before the server does, whichever is first */
      until?: {
        /** @description So many bytes have come */
        bytes?: number;
        /**
         * @description These bytes have come, at most 1024: text, `{"hex"}` or `{"base64"}`
         * @example
         */
        pattern?:
          | string
          | {
              /** @example 0d0a */
              hex: string;
            }
          | {
              /** @example DQo= */
              base64: string;
            };
        /** @description Nothing has come for so long */
        silentMs?: number;
        /** @description So much time has passed */
        totalMs?: number;
      };
      /** @description Where a longer answer is cut; at most the limit `maxResultBytes`. Default 1,048,576 */
      maxBytes?: number;
      /**
       * @description Of the answer. Default `text`, which is UTF-8; where it is not, `base64` comes
       * @enum {string}
       */
      encoding?: 'text' | 'latin1' | 'hex' | 'base64';
    };
    Access: {
      /** @description Of the token; of a JWT `jwt:` and its subject */
      name: string;
      /**
       * @example [
       *       "pg:read:main"
       *     ]
       */
      scopes: string[];
      /** Format: date-time */
      expiresAt?: string;
      /** @description Rows of any result, where the token has a cap */
      maxRows?: number;
      /** @description Those that the token may use in some way */
      connections: {
        name: string;
        protocol: string;
        /** @description Whether a request of this token that names no connection of the protocol means this one */
        isDefault: boolean;
        /**
         * @description What the token may do there: actions by the first part of their scopes
         * @example {
         *       "ssh": [
         *         "exec"
         *       ],
         *       "sftp": [
         *         "read",
         *         "write"
         *       ],
         *       "tcp": [
         *         "ping"
         *       ]
         *     }
         */
        scopes: {
          [key: string]: string[];
        };
        /** @description Whether its connections are kept between requests */
        pooled: boolean;
        /** @description Only with `admin:connections` of the connection */
        host?: string;
        port?: number;
      }[];
      /** @description The named queries that the token may run */
      queries: {
        name: string;
        protocol: string;
        /** @example /pg/q/deep-harbours */
        path: string;
        /** @description Only where the token may do something with the connection itself */
        connection?: string;
        /** @description Whether GET runs it too */
        readOnly: boolean;
        description?: string;
        params: {
          name: string;
          /** @example integer */
          type: string;
          isRequired: boolean;
          description?: string;
          enum?: string[];
        }[];
      }[];
      /**
       * @description Addresses that callers may choose, where the token has a scope for that
       * @example [
       *       "*.example.com:443"
       *     ]
       */
      targets: string[];
      /** @description What the token may do with such an address: actions by the first part of their scopes */
      targetScopes: {
        [key: string]: string[];
      };
      /**
       * @description What the token may do as an operator, for all connections
       * @example [
       *       "connections",
       *       "metrics"
       *     ]
       */
      admin: string[];
      /** @description The limits of requests and results, as they hold for this token */
      limits: {
        [key: string]: number;
      };
      /** @description Of the gateway */
      version?: string;
    };
    Errors: {
      /**
       * @description What follows is of the one isolate that answers; others of the same Worker keep their own
       * @enum {string}
       */
      scope: 'isolate';
      isolate: {
        /**
         * Format: date-time
         * @description When it had its first request
         */
        startedAt: string;
        /** @description How many it has answered; only with `admin:metrics` of all connections */
        requests?: number;
      };
      /** @description The newest first, at most 100, of which 20 are without a known token */
      errors: {
        /**
         * Format: date-time
         * @description When the request was over
         */
        time: string;
        requestId: string;
        method: string;
        /**
         * @description The template of the path, without what the caller put into it
         * @example /redis/*
         */
        path: string;
        protocol: string;
        /** @description `@` for an address of the caller’s own; absent where it came to none */
        connection?: string;
        /** @description The token’s name, where one was known */
        token?: string;
        /** @description 200 where a stream failed after its head */
        status: number;
        code?: string;
        safeToRetry?: boolean;
        /** @description From the request’s arrival to its end */
        ms: number;
      }[];
    };
    Connections: {
      connections: {
        name: string;
        protocol: string;
        host: string;
        port: number;
        /** @description Where readers go: the host and port of `readUrl` */
        reader?: {
          host: string;
          port: number;
        };
        pooled: boolean;
        limits?: {
          max: number;
          idleSeconds: number;
          maxAgeSeconds: number;
          waitMs: number;
          maxWaiting: number;
          shards: number;
          locationHint?: string;
          jurisdiction?: string;
        };
        shards?: components['schemas']['PoolShard'][];
      }[];
    };
    PoolShard:
      | {
          /**
           * @description Whose pool the object is part of, where the connection has a `readUrl`
           * @enum {string}
           */
          role?: 'writer' | 'reader';
          /** @description The number of the pool’s object */
          shard: number;
          /** @description Why the object did not answer */
          error: string;
        }
      | {
          /**
           * @description Whose pool the object is part of, where the connection has a `readUrl`
           * @enum {string}
           */
          role?: 'writer' | 'reader';
          /** @description The number of the pool’s object */
          shard: number;
          /** @enum {boolean} */
          running: false;
        }
      | {
          /**
           * @description Whose pool the object is part of, where the connection has a `readUrl`
           * @enum {string}
           */
          role?: 'writer' | 'reader';
          /** @description The number of the pool’s object */
          shard: number;
          /** @enum {boolean} */
          running: true;
          /** @description Connections that are logged in */
          open: number;
          idle: number;
          inUse: number;
          opening: number;
          /** @description Callers in the queue */
          waiting: number;
          longestWaitMs: number;
          /** @description Age of the oldest connection */
          oldestMs: number;
          /** @description Median of the last 64 */
          roundTripMs?: number;
          /**
           * Format: date-time
           * @description When the object began to run: what follows counts from there
           */
          startedAt: string;
          opened: number;
          borrowed: number;
          overloaded: number;
          timeouts: number;
          /** @description Attempts to open a connection that have failed, by error code */
          failures: {
            [key: string]: number;
          };
          /** @description Calls that have failed in the pool, by error code */
          errors: {
            [key: string]: number;
          };
        };
    Drain: {
      connection: string;
      shards: (
        | {
            /**
             * @description Whose pool the object is part of, where the connection has a `readUrl`
             * @enum {string}
             */
            role?: 'writer' | 'reader';
            /** @description The number of the pool’s object */
            shard: number;
            closing: number;
          }
        | {
            /**
             * @description Whose pool the object is part of, where the connection has a `readUrl`
             * @enum {string}
             */
            role?: 'writer' | 'reader';
            /** @description The number of the pool’s object */
            shard: number;
            /** @description Why the object did not answer */
            error: string;
          }
      )[];
    };
    Readiness: {
      /** @enum {string} */
      status: 'ok' | 'failed';
      /** @description With `deep=1` */
      connections?: {
        name: string;
        protocol: string;
        /**
         * @description Where the connection has a `readUrl`
         * @enum {string}
         */
        role?: 'writer' | 'reader';
        /** @enum {string} */
        state: 'ok' | 'failed' | 'unchecked';
        ms?: number;
        /**
         * @description The error’s code
         * @example connect_failed
         */
        code?: string;
      }[];
    };
    Settings: {
      tokens: {
        [key: string]: unknown;
      }[];
      connections: {
        name: string;
        /** @example FAIRLEAD_CONNECTIONS */
        variable: string;
        protocol: string;
        host: string;
        port: number;
        url:
          | '***'
          | {
              secret: string;
            };
        pool:
          | false
          | {
              [key: string]: unknown;
            };
        /** @description Text that may be secret as `***`, or as the name of its secret */
        options: {
          [key: string]: unknown;
        };
      }[];
      targets: string[];
      /** @description With their defaults */
      limits: {
        [key: string]: number;
      };
      cors: string[];
      /** @description Further FAIRLEAD_* variables, their text hidden */
      others: {
        [key: string]: unknown;
      };
      /** @description The secrets that the settings name */
      secrets: string[];
      bindings: {
        name: string;
        kind: string;
      }[];
    };
    SettingsCheck: {
      /** @description Whether each connection was tried */
      connect: boolean;
      errors: number;
      warnings: number;
      findings: {
        /**
         * @description `error`: the gateway or the connection does not work so. `warning`: it does, and should be another way
         * @enum {string}
         */
        level: 'error' | 'warning';
        /**
         * @description The setting and the place in it
         * @example FAIRLEAD_CONNECTIONS.main.url
         */
        key: string;
        /** @description What is wrong */
        message: string;
        /** @description What to do about it */
        fix: string;
      }[];
    };
  };
  responses: never;
  parameters: {
    /** @description The named connection to use, if not the default one. `?connection=` does the same. */
    'Fairlead-Connection': string;
    /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
    'Fairlead-Url': string;
    /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
    'Fairlead-Timeout-Ms': number;
    /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
    'Fairlead-Begin': 'at-once';
  };
  requestBodies: never;
  headers: {
    /** @description Milliseconds: `wait` in the pool’s queue (pooled connections only), `connect` for the connection, `query` for the rest. */
    'Server-Timing': string;
  };
  pathItems: never;
};
/** The schema `Problem` of the OpenAPI document. */
export type Problem = components['schemas']['Problem'];
/** The schema `Certificate` of the OpenAPI document. */
export type Certificate = components['schemas']['Certificate'];
/** The schema `PostgresResult` of the OpenAPI document. */
export type PostgresResult = components['schemas']['PostgresResult'];
/** The schema `PostgresQuery` of the OpenAPI document. */
export type PostgresQuery = components['schemas']['PostgresQuery'];
/** The schema `NeonResult` of the OpenAPI document. */
export type NeonResult = components['schemas']['NeonResult'];
/** The schema `NeonResults` of the OpenAPI document. */
export type NeonResults = components['schemas']['NeonResults'];
/** The schema `NeonError` of the OpenAPI document. */
export type NeonError = components['schemas']['NeonError'];
/** The schema `NeonRequest` of the OpenAPI document. */
export type NeonRequest = components['schemas']['NeonRequest'];
/** The schema `NeonQuery` of the OpenAPI document. */
export type NeonQuery = components['schemas']['NeonQuery'];
/** The schema `MysqlResult` of the OpenAPI document. */
export type MysqlResult = components['schemas']['MysqlResult'];
/** The schema `MysqlQuery` of the OpenAPI document. */
export type MysqlQuery = components['schemas']['MysqlQuery'];
/** The schema `RedisResult` of the OpenAPI document. */
export type RedisResult = components['schemas']['RedisResult'];
/** The schema `RedisCommand` of the OpenAPI document. */
export type RedisCommand = components['schemas']['RedisCommand'];
/** The schema `RedisResults` of the OpenAPI document. */
export type RedisResults = components['schemas']['RedisResults'];
/** The schema `MongodbDocument` of the OpenAPI document. */
export type MongodbDocument = components['schemas']['MongodbDocument'];
/** The schema `MongodbFindOne` of the OpenAPI document. */
export type MongodbFindOne = components['schemas']['MongodbFindOne'];
/** The schema `MongodbDocuments` of the OpenAPI document. */
export type MongodbDocuments = components['schemas']['MongodbDocuments'];
/** The schema `MongodbFind` of the OpenAPI document. */
export type MongodbFind = components['schemas']['MongodbFind'];
/** The schema `MongodbInserted` of the OpenAPI document. */
export type MongodbInserted = components['schemas']['MongodbInserted'];
/** The schema `MongodbInsertOne` of the OpenAPI document. */
export type MongodbInsertOne = components['schemas']['MongodbInsertOne'];
/** The schema `MongodbInsertedMany` of the OpenAPI document. */
export type MongodbInsertedMany = components['schemas']['MongodbInsertedMany'];
/** The schema `MongodbInsertMany` of the OpenAPI document. */
export type MongodbInsertMany = components['schemas']['MongodbInsertMany'];
/** The schema `MongodbUpdated` of the OpenAPI document. */
export type MongodbUpdated = components['schemas']['MongodbUpdated'];
/** The schema `MongodbUpdateOne` of the OpenAPI document. */
export type MongodbUpdateOne = components['schemas']['MongodbUpdateOne'];
/** The schema `MongodbUpdateMany` of the OpenAPI document. */
export type MongodbUpdateMany = components['schemas']['MongodbUpdateMany'];
/** The schema `MongodbReplaceOne` of the OpenAPI document. */
export type MongodbReplaceOne = components['schemas']['MongodbReplaceOne'];
/** The schema `MongodbDeleted` of the OpenAPI document. */
export type MongodbDeleted = components['schemas']['MongodbDeleted'];
/** The schema `MongodbDeleteOne` of the OpenAPI document. */
export type MongodbDeleteOne = components['schemas']['MongodbDeleteOne'];
/** The schema `MongodbDeleteMany` of the OpenAPI document. */
export type MongodbDeleteMany = components['schemas']['MongodbDeleteMany'];
/** The schema `MongodbAggregate` of the OpenAPI document. */
export type MongodbAggregate = components['schemas']['MongodbAggregate'];
/** The schema `MongodbReply` of the OpenAPI document. */
export type MongodbReply = components['schemas']['MongodbReply'];
/** The schema `MongodbCommand` of the OpenAPI document. */
export type MongodbCommand = components['schemas']['MongodbCommand'];
/** The schema `MqttPublished` of the OpenAPI document. */
export type MqttPublished = components['schemas']['MqttPublished'];
/** The schema `MqttPublish` of the OpenAPI document. */
export type MqttPublish = components['schemas']['MqttPublish'];
/** The schema `MailResult` of the OpenAPI document. */
export type MailResult = components['schemas']['MailResult'];
/** The schema `Mail` of the OpenAPI document. */
export type Mail = components['schemas']['Mail'];
/** The schema `MailProbe` of the OpenAPI document. */
export type MailProbe = components['schemas']['MailProbe'];
/** The schema `ImapMailboxes` of the OpenAPI document. */
export type ImapMailboxes = components['schemas']['ImapMailboxes'];
/** The schema `ImapMailbox` of the OpenAPI document. */
export type ImapMailbox = components['schemas']['ImapMailbox'];
/** The schema `ImapStatus` of the OpenAPI document. */
export type ImapStatus = components['schemas']['ImapStatus'];
/** The schema `ImapSearchResult` of the OpenAPI document. */
export type ImapSearchResult = components['schemas']['ImapSearchResult'];
/** The schema `ImapCriteria` of the OpenAPI document. */
export type ImapCriteria = components['schemas']['ImapCriteria'];
/** The schema `ImapMessages` of the OpenAPI document. */
export type ImapMessages = components['schemas']['ImapMessages'];
/** The schema `ImapMessage` of the OpenAPI document. */
export type ImapMessage = components['schemas']['ImapMessage'];
/** The schema `ImapEnvelope` of the OpenAPI document. */
export type ImapEnvelope = components['schemas']['ImapEnvelope'];
/** The schema `ImapAddress` of the OpenAPI document. */
export type ImapAddress = components['schemas']['ImapAddress'];
/** The schema `ImapPart` of the OpenAPI document. */
export type ImapPart = components['schemas']['ImapPart'];
/** The schema `ImapSyncResult` of the OpenAPI document. */
export type ImapSyncResult = components['schemas']['ImapSyncResult'];
/** The schema `ImapChange` of the OpenAPI document. */
export type ImapChange = components['schemas']['ImapChange'];
/** The schema `ImapSyncEnd` of the OpenAPI document. */
export type ImapSyncEnd = components['schemas']['ImapSyncEnd'];
/** The schema `ImapAppendResult` of the OpenAPI document. */
export type ImapAppendResult = components['schemas']['ImapAppendResult'];
/** The schema `ImapFlagsResult` of the OpenAPI document. */
export type ImapFlagsResult = components['schemas']['ImapFlagsResult'];
/** The schema `ImapMoveResult` of the OpenAPI document. */
export type ImapMoveResult = components['schemas']['ImapMoveResult'];
/** The schema `IrcSent` of the OpenAPI document. */
export type IrcSent = components['schemas']['IrcSent'];
/** The schema `IrcSend` of the OpenAPI document. */
export type IrcSend = components['schemas']['IrcSend'];
/** The schema `GopherMenu` of the OpenAPI document. */
export type GopherMenu = components['schemas']['GopherMenu'];
/** The schema `GopherItem` of the OpenAPI document. */
export type GopherItem = components['schemas']['GopherItem'];
/** The schema `SshExec` of the OpenAPI document. */
export type SshExec = components['schemas']['SshExec'];
/** The schema `SshExecEvent` of the OpenAPI document. */
export type SshExecEvent = components['schemas']['SshExecEvent'];
/** The schema `SshExecRequest` of the OpenAPI document. */
export type SshExecRequest = components['schemas']['SshExecRequest'];
/** The schema `SshCommands` of the OpenAPI document. */
export type SshCommands = components['schemas']['SshCommands'];
/** The schema `SshCommand` of the OpenAPI document. */
export type SshCommand = components['schemas']['SshCommand'];
/** The schema `SftpList` of the OpenAPI document. */
export type SftpList = components['schemas']['SftpList'];
/** The schema `SftpEntry` of the OpenAPI document. */
export type SftpEntry = components['schemas']['SftpEntry'];
/** The schema `SftpStat` of the OpenAPI document. */
export type SftpStat = components['schemas']['SftpStat'];
/** The schema `SftpPut` of the OpenAPI document. */
export type SftpPut = components['schemas']['SftpPut'];
/** The schema `SftpDone` of the OpenAPI document. */
export type SftpDone = components['schemas']['SftpDone'];
/** The schema `SftpRenamed` of the OpenAPI document. */
export type SftpRenamed = components['schemas']['SftpRenamed'];
/** The schema `FtpPutResult` of the OpenAPI document. */
export type FtpPutResult = components['schemas']['FtpPutResult'];
/** The schema `FtpListing` of the OpenAPI document. */
export type FtpListing = components['schemas']['FtpListing'];
/** The schema `FtpEntry` of the OpenAPI document. */
export type FtpEntry = components['schemas']['FtpEntry'];
/** The schema `FtpDone` of the OpenAPI document. */
export type FtpDone = components['schemas']['FtpDone'];
/** The schema `FtpDeleted` of the OpenAPI document. */
export type FtpDeleted = components['schemas']['FtpDeleted'];
/** The schema `TcpPing` of the OpenAPI document. */
export type TcpPing = components['schemas']['TcpPing'];
/** The schema `TcpPingTimes` of the OpenAPI document. */
export type TcpPingTimes = components['schemas']['TcpPingTimes'];
/** The schema `TlsSession` of the OpenAPI document. */
export type TlsSession = components['schemas']['TlsSession'];
/** The schema `TcpPingSample` of the OpenAPI document. */
export type TcpPingSample = components['schemas']['TcpPingSample'];
/** The schema `TcpPings` of the OpenAPI document. */
export type TcpPings = components['schemas']['TcpPings'];
/** The schema `TcpPingRequest` of the OpenAPI document. */
export type TcpPingRequest = components['schemas']['TcpPingRequest'];
/** The schema `TcpSend` of the OpenAPI document. */
export type TcpSend = components['schemas']['TcpSend'];
/** The schema `TcpSendRequest` of the OpenAPI document. */
export type TcpSendRequest = components['schemas']['TcpSendRequest'];
/** The schema `Access` of the OpenAPI document. */
export type Access = components['schemas']['Access'];
/** The schema `Errors` of the OpenAPI document. */
export type Errors = components['schemas']['Errors'];
/** The schema `Connections` of the OpenAPI document. */
export type Connections = components['schemas']['Connections'];
/** The schema `PoolShard` of the OpenAPI document. */
export type PoolShard = components['schemas']['PoolShard'];
/** The schema `Drain` of the OpenAPI document. */
export type Drain = components['schemas']['Drain'];
/** The schema `Readiness` of the OpenAPI document. */
export type Readiness = components['schemas']['Readiness'];
/** The schema `Settings` of the OpenAPI document. */
export type Settings = components['schemas']['Settings'];
/** The schema `SettingsCheck` of the OpenAPI document. */
export type SettingsCheck = components['schemas']['SettingsCheck'];
/** The operations of the OpenAPI document. */
export interface operations {
  pgQuery: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "sql": "select 6 * 7 as answer"
         *     }
         */
        'application/json': components['schemas']['PostgresQuery'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PostgresResult'];
          'application/x-ndjson': string;
        };
      };
    };
  };
  pgReadNamedQuery: {
    parameters: {
      query?: {
        /**
         * @description The query’s parameters, each a parameter of the URL: `?harbour=Kiel`
         * @example {
         *       "metres": "16"
         *     }
         */
        parameters?: {
          [key: string]: string;
        };
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path: {
        /** @description The query’s name */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PostgresResult'];
          'application/x-ndjson': string;
        };
      };
    };
  };
  pgRunNamedQuery: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path: {
        /** @description The query’s name */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "params": {
         *         "metres": 16
         *       }
         *     }
         */
        'application/json': {
          /** @description The query’s parameters, by name */
          params?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PostgresResult'];
          'application/x-ndjson': string;
        };
      };
    };
  };
  pgNeonSql: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description A URL, which the driver always sends. With the host `fairlead` it means the default connection, with `<name>.fairlead` the connection of that name; all else in it is ignored then. Another host is dialled where the operator’s target policy allows it, and refused elsewhere. Not looked at where `?connection=` names a connection. */
        'Neon-Connection-String'?: string;
        /** @description `true`: every value is the server’s text. Else bool, int2, int4, float4, float8, json and jsonb, and arrays of built-in types, are JSON’s own (NaN and the infinities text), and everything else is text */
        'Neon-Raw-Text-Output'?: string;
        /** @description `true`: rows are arrays, not objects */
        'Neon-Array-Mode'?: string;
        /** @description For `queries`. Default: the server’s */
        'Neon-Batch-Isolation-Level'?:
          | 'ReadUncommitted'
          | 'ReadCommitted'
          | 'RepeatableRead'
          | 'Serializable';
        /** @description `true`: `queries` run in a READ ONLY transaction */
        'Neon-Batch-Read-Only'?: string;
        /** @description `true`: `queries` run in a DEFERRABLE transaction */
        'Neon-Batch-Deferrable'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "query": "select $1::int * 7 as answer",
         *       "params": [
         *         "6"
         *       ]
         *     }
         */
        'application/json': components['schemas']['NeonRequest'];
      };
    };
    responses: {
      /** @description The result; for `queries`, the results */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NeonResult'] | components['schemas']['NeonResults'];
        };
      };
    };
  };
  mysqlQuery: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "sql": "select 6 * 7 as answer"
         *     }
         */
        'application/json': components['schemas']['MysqlQuery'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MysqlResult'];
          'application/x-ndjson': string;
        };
      };
    };
  };
  mysqlReadNamedQuery: {
    parameters: {
      query?: {
        /**
         * @description The query’s parameters, each a parameter of the URL: `?harbour=Kiel`
         * @example {
         *       "metres": "16"
         *     }
         */
        parameters?: {
          [key: string]: string;
        };
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path: {
        /** @description The query’s name */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MysqlResult'];
          'application/x-ndjson': string;
        };
      };
    };
  };
  mysqlRunNamedQuery: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path: {
        /** @description The query’s name */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "params": {
         *         "metres": 16
         *       }
         *     }
         */
        'application/json': {
          /** @description The query’s parameters, by name */
          params?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MysqlResult'];
          'application/x-ndjson': string;
        };
      };
    };
  };
  redisRun: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example [
         *       "SET",
         *       "greeting",
         *       "ahoy",
         *       "EX",
         *       60
         *     ]
         */
        'application/json': components['schemas']['RedisCommand'];
      };
    };
    responses: {
      /** @description The reply, or replies */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RedisResult'];
        };
      };
    };
  };
  redisPipeline: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example [
         *       [
         *         "SET",
         *         "greeting",
         *         "ahoy"
         *       ],
         *       [
         *         "GET",
         *         "greeting"
         *       ]
         *     ]
         */
        'application/json': components['schemas']['RedisCommand'][];
      };
    };
    responses: {
      /** @description The reply, or replies */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RedisResults'];
        };
      };
    };
  };
  redisTransaction: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example [
         *       [
         *         "SET",
         *         "greeting",
         *         "ahoy"
         *       ],
         *       [
         *         "GET",
         *         "greeting"
         *       ]
         *     ]
         */
        'application/json': components['schemas']['RedisCommand'][];
      };
    };
    responses: {
      /** @description The reply, or replies */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RedisResults'];
        };
      };
    };
  };
  redisRunPath: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path: {
        /** @description Its name */
        command: string;
        /** @description Its arguments */
        arguments: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The reply, or replies */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RedisResult'];
        };
      };
    };
  };
  redisRunPathWithBody: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path: {
        /** @description Its name */
        command: string;
        /** @description Its arguments */
        arguments: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example ahoy */
        'text/plain': string;
      };
    };
    responses: {
      /** @description The reply, or replies */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RedisResult'];
        };
      };
    };
  };
  redisSubscribe: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path: {
        /** @description The first one */
        channel: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
    };
  };
  redisPsubscribe: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path: {
        /** @description The first one */
        pattern: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
    };
  };
  redisSsubscribe: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path: {
        /** @description The first one */
        channel: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
    };
  };
  redisMonitor: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
    };
  };
  mongodbFindOne: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       }
         *     }
         */
        'application/json': components['schemas']['MongodbFindOne'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       }
         *     }
         */
        'application/ejson': components['schemas']['MongodbFindOne'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbDocument'];
          'application/ejson': components['schemas']['MongodbDocument'];
        };
      };
    };
  };
  mongodbFind: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       },
         *       "sort": {
         *         "count": -1
         *       },
         *       "limit": 10
         *     }
         */
        'application/json': components['schemas']['MongodbFind'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       },
         *       "sort": {
         *         "count": -1
         *       },
         *       "limit": 10
         *     }
         */
        'application/ejson': components['schemas']['MongodbFind'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbDocuments'];
          'application/ejson': components['schemas']['MongodbDocuments'];
          'application/x-ndjson': components['schemas']['MongodbDocuments'];
        };
      };
    };
  };
  mongodbInsertOne: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "document": {
         *         "item": "rope",
         *         "count": 2
         *       }
         *     }
         */
        'application/json': components['schemas']['MongodbInsertOne'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "document": {
         *         "item": "rope",
         *         "count": 2
         *       }
         *     }
         */
        'application/ejson': components['schemas']['MongodbInsertOne'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbInserted'];
          'application/ejson': components['schemas']['MongodbInserted'];
        };
      };
    };
  };
  mongodbInsertMany: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "documents": [
         *         {
         *           "item": "rope",
         *           "count": 2
         *         },
         *         {
         *           "item": "sail",
         *           "count": 1
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['MongodbInsertMany'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "documents": [
         *         {
         *           "item": "rope",
         *           "count": 2
         *         },
         *         {
         *           "item": "sail",
         *           "count": 1
         *         }
         *       ]
         *     }
         */
        'application/ejson': components['schemas']['MongodbInsertMany'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbInsertedMany'];
          'application/ejson': components['schemas']['MongodbInsertedMany'];
        };
      };
    };
  };
  mongodbUpdateOne: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       },
         *       "update": {
         *         "$inc": {
         *           "count": 1
         *         }
         *       },
         *       "upsert": true
         *     }
         */
        'application/json': components['schemas']['MongodbUpdateOne'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       },
         *       "update": {
         *         "$inc": {
         *           "count": 1
         *         }
         *       },
         *       "upsert": true
         *     }
         */
        'application/ejson': components['schemas']['MongodbUpdateOne'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbUpdated'];
          'application/ejson': components['schemas']['MongodbUpdated'];
        };
      };
    };
  };
  mongodbUpdateMany: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       },
         *       "update": {
         *         "$set": {
         *           "paid": true
         *         }
         *       }
         *     }
         */
        'application/json': components['schemas']['MongodbUpdateMany'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       },
         *       "update": {
         *         "$set": {
         *           "paid": true
         *         }
         *       }
         *     }
         */
        'application/ejson': components['schemas']['MongodbUpdateMany'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbUpdated'];
          'application/ejson': components['schemas']['MongodbUpdated'];
        };
      };
    };
  };
  mongodbReplaceOne: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       },
         *       "replacement": {
         *         "item": "rope",
         *         "count": 3
         *       }
         *     }
         */
        'application/json': components['schemas']['MongodbReplaceOne'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       },
         *       "replacement": {
         *         "item": "rope",
         *         "count": 3
         *       }
         *     }
         */
        'application/ejson': components['schemas']['MongodbReplaceOne'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbUpdated'];
          'application/ejson': components['schemas']['MongodbUpdated'];
        };
      };
    };
  };
  mongodbDeleteOne: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       }
         *     }
         */
        'application/json': components['schemas']['MongodbDeleteOne'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       }
         *     }
         */
        'application/ejson': components['schemas']['MongodbDeleteOne'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbDeleted'];
          'application/ejson': components['schemas']['MongodbDeleted'];
        };
      };
    };
  };
  mongodbDeleteMany: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       }
         *     }
         */
        'application/json': components['schemas']['MongodbDeleteMany'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "filter": {
         *         "item": "rope"
         *       }
         *     }
         */
        'application/ejson': components['schemas']['MongodbDeleteMany'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbDeleted'];
          'application/ejson': components['schemas']['MongodbDeleted'];
        };
      };
    };
  };
  mongodbAggregate: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "pipeline": [
         *         {
         *           "$group": {
         *             "_id": "$item",
         *             "n": {
         *               "$sum": "$count"
         *             }
         *           }
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['MongodbAggregate'];
        /**
         * @example {
         *       "database": "shop",
         *       "collection": "orders",
         *       "pipeline": [
         *         {
         *           "$group": {
         *             "_id": "$item",
         *             "n": {
         *               "$sum": "$count"
         *             }
         *           }
         *         }
         *       ]
         *     }
         */
        'application/ejson': components['schemas']['MongodbAggregate'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbDocuments'];
          'application/ejson': components['schemas']['MongodbDocuments'];
          'application/x-ndjson': components['schemas']['MongodbDocuments'];
        };
      };
    };
  };
  mongodbCommand: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "database": "admin",
         *       "command": {
         *         "ping": 1
         *       }
         *     }
         */
        'application/json': components['schemas']['MongodbCommand'];
        /**
         * @example {
         *       "database": "admin",
         *       "command": {
         *         "ping": 1
         *       }
         *     }
         */
        'application/ejson': components['schemas']['MongodbCommand'];
      };
    };
    responses: {
      /** @description The result */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MongodbReply'];
          'application/ejson': components['schemas']['MongodbReply'];
        };
      };
    };
  };
  mqttPublish: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "topic": "harbour/rotterdam/wind",
         *       "payload": "12 knots",
         *       "retain": true
         *     }
         */
        'application/json':
          | {
              /** @example harbour/rotterdam/wind */
              topic: string;
              /**
               * @description Text. Default: empty
               * @example {"knots":12}
               */
              payload?: string;
              /** @description Bytes, in place of `payload` */
              payloadBase64?: string;
              /**
               * @description Default 1: the answer comes when the broker has the message. 0 waits for nothing
               * @default 1
               */
              qos?: 0 | 1 | 2;
              /** @default false */
              retain?: boolean;
              /** @description Properties of MQTT 5 */
              properties?: {
                payloadIsText?: boolean;
                messageExpirySeconds?: number;
                contentType?: string;
                responseTopic?: string;
                correlationDataBase64?: string;
                /**
                 * @description Pairs of name and value; a name may appear more than once
                 * @example [
                 *       [
                 *         "trace",
                 *         "abc"
                 *       ]
                 *     ]
                 */
                userProperties?: string[][];
              };
              /** @description A named connection. Default: the configured default */
              connection?: string;
            }
          | {
              messages: components['schemas']['MqttPublish'][];
              /** @description A named connection. Default: the configured default */
              connection?: string;
            };
      };
    };
    responses: {
      /** @description What the broker said */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            | components['schemas']['MqttPublished']
            | {
                failed: number;
                results: unknown[];
              };
        };
      };
    };
  };
  mqttSubscribe: {
    parameters: {
      query: {
        /** @description A topic filter: `+` one level, `#` all that follow, `$share/group/filter` shared. Repeatable */
        topic: string[];
        /** @description The most that messages are delivered with */
        qos?: number;
        /** @description End after so many messages */
        limit?: number;
        /** @description End after so much time, up to the operator’s cap, which is the default */
        seconds?: number;
        /** @description `auto`: payloads that are UTF-8 as `payload`, others as `payloadBase64`; `base64`: all so */
        encoding?: 'auto' | 'base64';
        /** @description Keep a session of this name at the broker: messages that come while there is no reader are delivered later. Each token has its own names; a second reader of one session ends the first */
        session?: string;
        /** @description How long the broker keeps the session for the next reader, in seconds. Default 3600 */
        expiry?: number;
        /** @description WebSocket: how many messages may be unconfirmed. Default 100 */
        window?: number;
        /** @description A named connection. Default: the configured default */
        connection?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
    };
  };
  smtpSend: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "from": "aurora@example.com",
         *       "to": "harbour@example.com",
         *       "subject": "Arrival",
         *       "text": "We are there at noon."
         *     }
         */
        'application/json': components['schemas']['Mail'];
        /**
         * @example {
         *       "mail": "{\"from\":\"aurora@example.com\",\"to\":\"harbour@example.com\",\"subject\":\"Arrival\",\"text\":\"We are there at noon.\"}"
         *     }
         */
        'multipart/form-data': {
          /** @description The mail as JSON, as for application/json */
          mail: string;
          /** @description Files; their names and types are those of the parts */
          attachment?: string[];
        };
      };
    };
    responses: {
      /** @description Accepted, by some recipients at least */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MailResult'];
        };
      };
    };
  };
  smtpSendRaw: {
    parameters: {
      query?: {
        /** @description Default: Sender or From of the message */
        from?: string;
        /** @description May be repeated. Default: To, Cc and Bcc of the message */
        to?: string | string[];
        /** @description A named connection */
        connection?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example From: aurora@example.com
         *     To: harbour@example.com
         *     Subject: Arrival
         *
         *     We are there at noon.
         */
        'message/rfc822': string;
      };
    };
    responses: {
      /** @description Accepted, by some recipients at least */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MailResult'];
        };
      };
    };
  };
  smtpProbeAddress: {
    parameters: {
      query?: {
        /** @description `true`: from the first byte. Default: as the port has it */
        tls?: 'true' | 'starttls' | 'false';
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path: {
        /** @description Host and port */
        address: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The server */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MailProbe'];
        };
      };
    };
  };
  smtpProbe: {
    parameters: {
      query?: {
        /** @description A named connection */
        connection?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The server */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MailProbe'];
        };
      };
    };
  };
  imapList: {
    parameters: {
      query?: {
        /** @description A named connection */
        connection?: string;
        /** @description `*` stands for anything, `%` for one level */
        pattern?: string;
        /** @description Only those */
        subscribed?: 'true' | 'false';
        /** @description Figures to ask for, of `messages`, `unseen`, `deleted`, `size`, `uidNext`, `uidValidity`, `highestModSeq`, `appendLimit`, `mailboxId`; empty: none. Default: messages,unseen,uidNext,uidValidity */
        status?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The mailboxes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImapMailboxes'];
        };
      };
    };
  };
  imapSearch: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "mailbox": "INBOX",
         *       "criteria": {
         *         "seen": false,
         *         "since": "2026-01-01"
         *       },
         *       "limit": 20
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Its name as `/imap/list` tells it
           * @example INBOX
           */
          mailbox: string;
          /** @description As told beside the UIDs. Another one than the mailbox’s is answered 409, and nothing is done */
          uidValidity?: number;
          criteria?: components['schemas']['ImapCriteria'];
          /**
           * @description UIDs of one page
           * @default 100
           */
          limit?: number;
          /** @description Only UIDs below this one: `next` of the page before. New mail does not shift pages so */
          before?: number;
        };
      };
    };
    responses: {
      /** @description A page of UIDs */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImapSearchResult'];
        };
      };
    };
  };
  imapMessages: {
    parameters: {
      query: {
        /** @description A named connection */
        connection?: string;
        /** @description Its name as `/imap/list` tells it */
        mailbox: string;
        /** @description UIDs: `7`, `1:4,7`, `100:*` */
        uid?: string;
        /** @description As told beside the UIDs. Another one than the mailbox’s is answered 409 */
        uidValidity?: number;
        /** @description So many at the end of the mailbox, where no `uid` is given. Default: 20 */
        newest?: number;
        /** @description What to tell of each: flags, envelope, structure, size, internalDate, modSeq, objectIds, preview, gmail. Default: flags,envelope,structure,size,internalDate */
        items?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The messages */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImapMessages'];
          'application/x-ndjson': components['schemas']['ImapMessage'];
        };
      };
    };
  };
  imapPart: {
    parameters: {
      query: {
        /** @description A named connection */
        connection?: string;
        /** @description Its name as `/imap/list` tells it */
        mailbox: string;
        /** @description Of the message */
        uid: number;
        /** @description As told beside the UIDs. Another one than the mailbox’s is answered 409 */
        uidValidity?: number;
        /** @description As in the message’s `structure`; `HEADER`, `TEXT`, `1.MIME`; `raw` or nothing: the whole message */
        part?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The part */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
          'message/rfc822': string;
        };
      };
    };
  };
  imapSync: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "mailbox": "INBOX"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Its name as `/imap/list` tells it
           * @example INBOX
           */
          mailbox: string;
          /** @description Of the answer before. Without one: everything is new */
          state?: string;
        };
      };
    };
    responses: {
      /** @description What has changed */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImapSyncResult'];
          'application/x-ndjson': components['schemas']['ImapChange'] | components['schemas']['ImapSyncEnd'];
        };
      };
    };
  };
  imapWatch: {
    parameters: {
      query: {
        /** @description A named connection */
        connection?: string;
        /** @description Its name as `/imap/list` tells it */
        mailbox: string;
        /** @description How often a server without IDLE is asked. Default: 15 */
        pollSeconds?: number;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description `<uidValidity>.<uid>` of the last event; others do not count */
        'Last-Event-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
    };
  };
  imapAppend: {
    parameters: {
      query: {
        /** @description A named connection */
        connection?: string;
        /** @description Its name as `/imap/list` tells it */
        mailbox: string;
        /** @description With commas between them */
        flags?: string;
        /** @description When it arrived. Default: now */
        date?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example From: ann@example.com
         *     Subject: Ahoy
         *
         *     The Aurora is in.
         */
        'message/rfc822': string;
      };
    };
    responses: {
      /** @description The server has the message */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImapAppendResult'];
        };
      };
    };
  };
  imapFlags: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "mailbox": "INBOX",
         *       "uidValidity": 1,
         *       "uids": "1:2",
         *       "add": [
         *         "\\Seen"
         *       ]
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Its name as `/imap/list` tells it
           * @example INBOX
           */
          mailbox: string;
          /** @description As told beside the UIDs. Another one than the mailbox’s is answered 409, and nothing is done */
          uidValidity: number;
          /**
           * @description One, a list, or a set as IMAP writes it: `1:4,7`
           * @example 1:4,7
           */
          uids: number | number[] | string;
          /**
           * @example [
           *       "\\Seen"
           *     ]
           */
          add?: string[];
          remove?: string[];
          /** @description In place of all flags */
          set?: string[];
          /** @description Leaves alone what has changed since this `modSeq` */
          unchangedSince?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImapFlagsResult'];
        };
      };
    };
  };
  imapMove: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "mailbox": "INBOX",
         *       "uidValidity": 1,
         *       "uids": "1:2",
         *       "to": "Archive"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Its name as `/imap/list` tells it
           * @example INBOX
           */
          mailbox: string;
          /** @description As told beside the UIDs. Another one than the mailbox’s is answered 409, and nothing is done */
          uidValidity: number;
          /**
           * @description One, a list, or a set as IMAP writes it: `1:4,7`
           * @example 1:4,7
           */
          uids: number | number[] | string;
          /**
           * @description Its name as `/imap/list` tells it
           * @example Archive
           */
          to: string;
          /**
           * @description Leaves the messages where they are, too
           * @default false
           */
          copy?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImapMoveResult'];
        };
      };
    };
  };
  imapDelete: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "mailbox": "INBOX",
         *       "uidValidity": 1,
         *       "uids": "1:2"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Its name as `/imap/list` tells it
           * @example INBOX
           */
          mailbox: string;
          /** @description As told beside the UIDs. Another one than the mailbox’s is answered 409, and nothing is done */
          uidValidity: number;
          /**
           * @description One, a list, or a set as IMAP writes it: `1:4,7`
           * @example 1:4,7
           */
          uids: number | number[] | string;
          /**
           * @description Removes them for good (UID EXPUNGE), in place of moving them to the mailbox for trash
           * @default false
           */
          permanently?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImapMoveResult'];
        };
      };
    };
  };
  ircSend: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "target": "#deploys",
         *       "messages": [
         *         "Version 42 is out"
         *       ]
         *     }
         */
        'application/json': components['schemas']['IrcSend'];
      };
    };
    responses: {
      /** @description What the server has taken */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['IrcSent'];
        };
      };
    };
  };
  ircSession: {
    parameters: {
      query?: {
        /** @description A channel to join at once; may be given several times */
        channel?: string | string[];
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  gopherFetch: {
    parameters: {
      query?: {
        /** @description A Gopher URL of your own (RFC 4266), `gopher://gopher.example.com/1/docs`, encoded once more as any query parameter; the target policy decides */
        url?: string;
        /** @description A named connection instead */
        connection?: string;
        /** @description Item type and selector on a named connection, as in a URL. Default: those of its own URL */
        path?: string;
        /** @description What to ask a search engine (type 7) */
        search?: string;
        /** @description `+`, `+<view>`, `!` (attributes of the item) or `$` (those of a menu’s items) */
        gopherPlus?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The item */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GopherMenu'];
          'text/html': string;
          'text/plain': string;
          'application/octet-stream': string;
        };
      };
    };
  };
  sshExec: {
    parameters: {
      query?: never;
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "command": "restart",
         *       "params": {
         *         "service": "nginx"
         *       }
         *     }
         */
        'application/json': components['schemas']['SshExecRequest'];
      };
    };
    responses: {
      /** @description The output, and how the command ended */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SshExec'];
          'text/event-stream': string;
          'application/x-ndjson': components['schemas']['SshExecEvent'];
        };
      };
    };
  };
  sshCommands: {
    parameters: {
      query?: {
        /** @description A named connection */
        connection?: string;
      };
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The commands */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SshCommands'];
        };
      };
    };
  };
  sshShell: {
    parameters: {
      query?: {
        /** @description A named connection */
        connection?: string;
        /** @description The value of TERM. Default `xterm-256color` */
        term?: string;
        /** @description Default 80 */
        columns?: number;
        /** @description Default 24 */
        rows?: number;
        /** @description How a shell that does not open is told. Default `status`: by the answer to the upgrade, which pages in browsers cannot read. `message`: the WebSocket opens, and `{ "problem" }` and a close code come */
        problems?: 'status' | 'message';
        /** @description How long the shell lives; at most, and by default, `maxTunnelMs` */
        seconds?: number;
        /** @description How long it may carry nothing; at most, and by default, `maxTunnelIdleMs` */
        idleSeconds?: number;
      };
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  sftpList: {
    parameters: {
      query: {
        /** @description A named connection */
        connection?: string;
        path: string;
      };
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The folder */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SftpList'];
          'application/x-ndjson': components['schemas']['SftpEntry'];
        };
      };
    };
  };
  sftpStat: {
    parameters: {
      query: {
        /** @description A named connection */
        connection?: string;
        /** @description Below the root of the connection */
        path: string;
        /** @description `false`: of a symlink itself. Default `true` */
        follow?: 'true' | 'false';
      };
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The attributes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SftpStat'];
        };
      };
    };
  };
  sftpGet: {
    parameters: {
      query: {
        /** @description A named connection */
        connection?: string;
        /** @description Below the root of the connection */
        path: string;
      };
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description One range of bytes: `bytes=0-1023`. */
        Range?: string;
        /** @description The `ETag` that the range is of; else the whole file comes. */
        'If-Range'?: string;
        /** @description The `ETag` that the caller has: then the answer is 304. */
        'If-None-Match'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      /** @description A part of it */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
    };
  };
  sftpPut: {
    parameters: {
      query: {
        /** @description A named connection */
        connection?: string;
        /** @description Below the root of the connection */
        path: string;
        /** @description Default `true`: the file takes its place when it is complete. `false`: it is written in place, which keeps owner and mode */
        atomic?: 'true' | 'false';
        /** @description The permissions, in octal */
        mode?: string;
        /** @description The body goes on where an earlier one ended: so many bytes the file must have, else 416. 0 empties the file or makes it. The file is written in place */
        offset?: number;
      };
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example month,calls */
        'application/octet-stream': string;
      };
    };
    responses: {
      /** @description The file is there */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SftpPut'];
        };
      };
    };
  };
  sftpMkdir: {
    parameters: {
      query?: never;
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "path": "/reports/old",
         *       "recursive": true
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Below the root of the connection
           * @example /reports/2026.csv
           */
          path: string;
          /** @description Missing parents too; a folder that exists is no error */
          recursive?: boolean;
          /**
           * @description The permissions, in octal
           * @example 0644
           */
          mode?: string;
        };
      };
    };
    responses: {
      /** @description The folder is there */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SftpDone'];
        };
      };
    };
  };
  sftpRename: {
    parameters: {
      query?: never;
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "from": "/reports/2026.csv",
         *       "to": "/reports/old/2026.csv"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Below the root of the connection
           * @example /reports/2026.csv
           */
          from: string;
          /**
           * @description Below the root of the connection
           * @example /reports/old/2026.csv
           */
          to: string;
          /** @description Whether a target that exists is replaced. Default false */
          overwrite?: boolean;
        };
      };
    };
    responses: {
      /** @description It has its new name */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SftpRenamed'];
        };
      };
    };
  };
  sftpRemove: {
    parameters: {
      query?: never;
      header?: {
        /** @description The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`. */
        'Fairlead-Host-Key'?: string;
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "path": "/reports/old/2026.csv"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Below the root of the connection
           * @example /reports/2026.csv
           */
          path: string;
          /** @description A folder with all it holds; links are not followed. Default false */
          recursive?: boolean;
        };
      };
    };
    responses: {
      /** @description It is gone */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SftpDone'];
        };
      };
    };
  };
  ftpPut: {
    parameters: {
      query: {
        /** @description Below the root of the connection */
        path: string;
        /** @description A named connection */
        connection?: string;
        /** @description Default `true`. `false`: writes the file in place; one that is broken off leaves a part of it */
        atomic?: 'true' | 'false';
        /** @description The body goes on where an earlier one ended: so many bytes the file must have, else 416. 0 empties the file or makes it. The file is written in place */
        offset?: number;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example name,built
         *     Aurora,1987
         */
        'application/octet-stream': string;
      };
    };
    responses: {
      /** @description The server has the whole file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FtpPutResult'];
        };
      };
    };
  };
  ftpGet: {
    parameters: {
      query: {
        /** @description Below the root of the connection. A slash at its beginning does not count */
        path: string;
        /** @description A named connection */
        connection?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description One range of bytes */
        Range?: string;
        'If-None-Match'?: string;
        'If-Range'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      /** @description The part of the file that `Range` names */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
    };
  };
  ftpList: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "path": "/"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Default: the root
           * @default /
           */
          path?: string;
        };
      };
    };
    responses: {
      /** @description The entries, `.` and `..` left out */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FtpListing'];
          'application/x-ndjson': components['schemas']['FtpEntry'];
        };
      };
    };
  };
  ftpStat: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "path": "/harbours.csv"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Below the root of the connection
           * @example /logs
           */
          path: string;
        };
      };
    };
    responses: {
      /** @description The entry */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FtpEntry'];
        };
      };
    };
  };
  ftpMkdir: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "path": "/archive",
         *       "recursive": true
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Below the root of the connection
           * @example /logs
           */
          path: string;
          /**
           * @description Makes the missing directories above it too, and takes one that exists
           * @default false
           */
          recursive?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FtpDone'];
        };
      };
    };
  };
  ftpRename: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "from": "/ships.csv",
         *       "to": "/archive/ships.csv"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Below the root of the connection
           * @example /logs
           */
          from: string;
          /**
           * @description Below the root of the connection
           * @example /logs
           */
          to: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FtpDone'];
        };
      };
    };
  };
  ftpDelete: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "path": "/archive",
         *       "kind": "tree"
         *     }
         */
        'application/json': {
          /** @description A named connection */
          connection?: string;
          /**
           * @description Below the root of the connection
           * @example /logs
           */
          path: string;
          /**
           * @description `directory`: an empty one. `tree`: a directory with all that it holds
           * @default file
           * @enum {string}
           */
          kind?: 'file' | 'directory' | 'tree';
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FtpDeleted'];
        };
      };
    };
  };
  tcpPingAddress: {
    parameters: {
      query?: {
        /** @description 1: TLS too, with a verified certificate */
        tls?: '0' | '1';
        /** @description Samples of each target, one after the other. Default 1 */
        count?: number;
        /** @description Milliseconds from the start of one sample to the start of the next. Default 0 */
        intervalMs?: number;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path: {
        /** @description Host and port */
        address: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Reached */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TcpPing'];
          'text/plain': string;
          'text/event-stream': string;
          'application/x-ndjson': string;
        };
      };
    };
  };
  tcpPing: {
    parameters: {
      query?: {
        /** @description 1: TLS too, with a verified certificate */
        tls?: '0' | '1';
        /** @description Samples of each target, one after the other. Default 1 */
        count?: number;
        /** @description Milliseconds from the start of one sample to the start of the next. Default 0 */
        intervalMs?: number;
        /** @description A named connection, of any protocol */
        connection?: string;
        /** @description An address of your own; may be repeated */
        address?: string[];
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description At least one was reached */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TcpPing'] | components['schemas']['TcpPings'];
          'text/plain': string;
          'text/event-stream': string;
          'application/x-ndjson': string;
        };
      };
    };
  };
  tcpPingMany: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
        /** @description With `at-once` an answer as `application/x-ndjson` begins before there is a first line, with an empty one: a caller who goes away then ends the work on the server, which the platform does not notice before. Failures are told by the last line. */
        'Fairlead-Begin'?: components['parameters']['Fairlead-Begin'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "targets": [
         *         {
         *           "connection": "main"
         *         },
         *         {
         *           "connection": "cache"
         *         }
         *       ],
         *       "count": 3
         *     }
         */
        'application/json': components['schemas']['TcpPingRequest'];
      };
    };
    responses: {
      /** @description At least one was reached */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TcpPings'];
          'text/plain': string;
          'text/event-stream': string;
          'application/x-ndjson': string;
        };
      };
    };
  };
  tcpSend: {
    parameters: {
      query?: never;
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "connection": "cache",
         *       "data": "PING\r\n",
         *       "until": {
         *         "pattern": "\r\n"
         *       }
         *     }
         */
        'application/json': components['schemas']['TcpSendRequest'];
      };
    };
    responses: {
      /** @description The answer */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TcpSend'];
        };
      };
    };
  };
  tcpTunnelTo: {
    parameters: {
      query?: {
        /** @description 1: TLS from the gateway to the server, with a verified certificate; `postgres`: the same behind an SSLRequest. Default: the bytes go as they are */
        tls?: '0' | '1' | 'postgres';
        /** @description How long the tunnel lives; at most, and by default, `maxTunnelMs` */
        seconds?: number;
        /** @description How long it may carry nothing; at most, and by default, `maxTunnelIdleMs` */
        idleSeconds?: number;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path: {
        /** @description With a port it is an address, `db.example.com:5432`; without one, the name of a connection */
        target: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  tcpTunnel: {
    parameters: {
      query?: {
        /** @description 1: TLS from the gateway to the server, with a verified certificate; `postgres`: the same behind an SSLRequest. Default: the bytes go as they are */
        tls?: '0' | '1' | 'postgres';
        /** @description How long the tunnel lives; at most, and by default, `maxTunnelMs` */
        seconds?: number;
        /** @description How long it may carry nothing; at most, and by default, `maxTunnelIdleMs` */
        idleSeconds?: number;
        /** @description A named connection, of any protocol */
        connection?: string;
      };
      header?: {
        /** @description The named connection to use, if not the default one. `?connection=` does the same. */
        'Fairlead-Connection'?: components['parameters']['Fairlead-Connection'];
        /** @description A server of your own, with its credentials, where the operator’s target policy allows it. */
        'Fairlead-Url'?: components['parameters']['Fairlead-Url'];
        /** @description How long the request may take, in milliseconds from its arrival on, up to the operator’s cap. Reading its body counts. */
        'Fairlead-Timeout-Ms'?: components['parameters']['Fairlead-Timeout-Ms'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  tcpWsproxy: {
    parameters: {
      query: {
        /** @description 1: TLS from the gateway to the server, with a verified certificate; `postgres`: the same behind an SSLRequest. Default: the bytes go as they are */
        tls?: '0' | '1' | 'postgres';
        /** @description How long the tunnel lives; at most, and by default, `maxTunnelMs` */
        seconds?: number;
        /** @description How long it may carry nothing; at most, and by default, `maxTunnelIdleMs` */
        idleSeconds?: number;
        /** @description Host and port */
        address: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: never;
  };
  adminAccess: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What it may do */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Access'];
        };
      };
    };
  };
  adminErrors: {
    parameters: {
      query?: {
        /** @description Only those of this connection */
        connection?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The failures */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Errors'];
        };
      };
    };
  };
  adminListConnections: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The connections */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Connections'];
        };
      };
    };
  };
  adminDrain: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Of the connection */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many connections that are */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Drain'];
        };
      };
    };
  };
  adminMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The figures */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/openmetrics-text': string;
        };
      };
    };
  };
  adminGetReadyz: {
    parameters: {
      query?: {
        deep?: '1';
        connection?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It can */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Readiness'];
        };
      };
    };
  };
  adminSettings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The settings */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Settings'];
        };
      };
    };
  };
  adminCheckSettings: {
    parameters: {
      query?: {
        /** @description Whether each connection is tried, within five seconds. Default: no */
        connect?: 'true' | 'false';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The findings */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SettingsCheck'];
        };
      };
    };
  };
}
