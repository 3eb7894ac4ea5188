// The type bytes of the server's messages, by their names in the protocol (section 55.7).

/** ParseComplete: Parse was done. */
export const PARSE_COMPLETE = 0x31;
/** BindComplete: Bind was done. */
export const BIND_COMPLETE = 0x32;
/** CloseComplete: Close was done. */
export const CLOSE_COMPLETE = 0x33;
/** NotificationResponse: what NOTIFY sent. */
export const NOTIFICATION_RESPONSE = 0x41;
/** CommandComplete: the command tag of a statement that was done. */
export const COMMAND_COMPLETE = 0x43;
/** DataRow: a row. */
export const DATA_ROW = 0x44;
/** ErrorResponse: an error. */
export const ERROR_RESPONSE = 0x45;
/** CopyInResponse: the server takes COPY data. */
export const COPY_IN_RESPONSE = 0x47;
/** CopyOutResponse: COPY data follow. */
export const COPY_OUT_RESPONSE = 0x48;
/** EmptyQueryResponse: in place of the tag, for an empty text. */
export const EMPTY_QUERY_RESPONSE = 0x49;
/** NoticeResponse: a notice or warning. */
export const NOTICE_RESPONSE = 0x4e;
/** ParameterStatus: a setting, and its value. */
export const PARAMETER_STATUS = 0x53;
/** RowDescription: the columns of a result. */
export const ROW_DESCRIPTION = 0x54;
/** CopyBothResponse: COPY in both directions, for replication. */
export const COPY_BOTH_RESPONSE = 0x57;
/** ReadyForQuery: the answer to Sync, with the transaction status. */
export const READY_FOR_QUERY = 0x5a;
/** CopyDone: the end of COPY data. */
export const COPY_DONE = 0x63;
/** CopyData: a piece of COPY data. */
export const COPY_DATA = 0x64;
/** NoData: there are no columns. */
export const NO_DATA = 0x6e;
/** PortalSuspended: the portal has more rows. */
export const PORTAL_SUSPENDED = 0x73;
/** ParameterDescription: the types of a statement's parameters. */
export const PARAMETER_DESCRIPTION = 0x74;
