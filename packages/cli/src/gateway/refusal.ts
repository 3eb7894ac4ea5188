// What a gateway's refusal says to the person at the command: its status and problem document (RFC 9457), and what to do.
import { type CommandError, failure } from '../errors.ts';

const MAX_BODY_CHARS = 16_384;

/** A gateway's answer that is no success. */
export interface Refusal {
  readonly status: number;
  /** Its body, cut off at some length. */
  readonly body: string;
  /** What was asked for, such as `tcp:tunnel`: the beginning of the scope that it needs. */
  readonly scope: string;
}

/** The members of a problem document that are used. */
interface Problem {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly title?: unknown;
}

/** The refusal as an error: what the gateway said, and what to do about it where that is known. */
export function refused({ status, body, scope }: Refusal): CommandError {
  const { code, detail, title } = readProblem(body);
  const words = [detail, title].find((text): text is string => typeof text === 'string' && text !== '');
  const named = typeof code === 'string' ? `${status} ${code}` : `${status}`;
  return failure(
    `The gateway answered ${named}${words === undefined ? '.' : `: ${printable(words)}`}`,
    advice(status, scope, typeof code === 'string'),
  );
}

function advice(status: number, scope: string, isGateway: boolean): string | undefined {
  if (!isGateway && status !== 401) return 'It may be no Fairlead gateway, or an older one: look at the URL.';
  if (status === 401) return 'Set FAIRLEAD_TOKEN to a token that this gateway knows.';
  if (status === 403) return `The token needs the scope ${scope}:<connection>, or ${scope}:@ for an address.`;
  if (status === 404) return 'Look at the name of the connection, and at the path of the URL.';
  if (status === 429 || status === 503) return 'Try again in a moment.';
  return undefined;
}

function readProblem(body: string): Problem {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

/** Control characters, and those that turn the direction of writing or end a line (Unicode UAX #9, section 2). */
const STEERING = /[^\x20-\x7e\u00a0-\uffff]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** The beginning of a refusal's body, which can be endless: it comes from elsewhere. */
export async function refusalBody(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= MAX_BODY_CHARS) break;
  }
  return text.slice(0, MAX_BODY_CHARS);
}

/** Without what could steer a terminal, and not without end. */
export function printable(text: string): string {
  return text.replace(STEERING, '?').slice(0, 1000);
}
