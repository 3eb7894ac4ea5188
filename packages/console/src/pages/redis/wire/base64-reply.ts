// Replies out of the gateway's JSON with strings in base64, where RESP2 cannot be asked for.
import type { Reply } from './reply.ts';

/** A member `result` as a reply. Integers beyond 2^53 and statuses but `OK` come as strings there. */
export function replyOfJson(value: unknown): Reply {
  if (value === 'OK') return { type: 'status', text: value };
  if (typeof value === 'string') return { type: 'bulk', bytes: fromBase64(value) };
  if (typeof value === 'number') return { type: 'integer', text: String(value) };
  if (Array.isArray(value)) return { type: 'array', items: value.map(replyOfJson) };
  if (isError(value)) return { type: 'error', text: value.error };
  return { type: 'nil' };
}

function isError(value: unknown): value is { error: string } {
  return typeof value === 'object' && value !== null && 'error' in value && typeof value.error === 'string';
}

/** The bytes of base64. @throws Error for other text. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
