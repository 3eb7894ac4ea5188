// The type bytes of the server's messages, by their names in the protocol (section 55.7).

export const PARSE_COMPLETE = 0x31;
export const BIND_COMPLETE = 0x32;
export const CLOSE_COMPLETE = 0x33;
export const NOTIFICATION_RESPONSE = 0x41;
export const COMMAND_COMPLETE = 0x43;
export const DATA_ROW = 0x44;
export const ERROR_RESPONSE = 0x45;
export const COPY_IN_RESPONSE = 0x47;
export const COPY_OUT_RESPONSE = 0x48;
export const EMPTY_QUERY_RESPONSE = 0x49;
export const NOTICE_RESPONSE = 0x4e;
export const PARAMETER_STATUS = 0x53;
export const ROW_DESCRIPTION = 0x54;
export const COPY_BOTH_RESPONSE = 0x57;
export const READY_FOR_QUERY = 0x5a;
export const COPY_DONE = 0x63;
export const COPY_DATA = 0x64;
export const NO_DATA = 0x6e;
export const PORTAL_SUSPENDED = 0x73;
export const PARAMETER_DESCRIPTION = 0x74;
