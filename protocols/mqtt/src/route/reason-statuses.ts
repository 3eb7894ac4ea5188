// HTTP statuses of a broker's reason codes. Data and one lookup.
import type { RouteModule } from '@fairlead/http';

type Status = ReturnType<NonNullable<RouteModule['serverStatus']>>;

/** MQTT 5 section 2.4, as `server.code` writes them. Others are 400. */
const STATUSES: Readonly<Record<string, Status>> = {
  // Not authorized; banned.
  '0x87': 403,
  '0x8a': 403,
  // Packet too large.
  '0x95': 413,
  // Message rate too high; quota exceeded; connection rate exceeded.
  '0x96': 429,
  '0x97': 429,
  '0x9f': 429,
  // Server unavailable, busy, shutting down, moved.
  '0x88': 503,
  '0x89': 503,
  '0x8b': 503,
  '0x9c': 503,
  '0x9d': 503,
};

/** The status for a broker's refusal. */
export const statusOf: NonNullable<RouteModule['serverStatus']> = ({ code }) => STATUSES[code];
