// Trace Context (W3C Recommendation, sections 3.2 and 3.3): the trace that a request belongs to. It reads headers and sends none.

/** Section 3.2: version, trace id, parent id, flags; a version above 00 may say more behind them. */
const TRACE_PARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Section 3.3.1: one member of the list. */
const MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MAX_MEMBERS = 32;
/** What section 3.3.1.5 asks everyone to pass on; what is longer is dropped. */
const MAX_STATE_UNITS = 512;
const SAMPLED = 1;

/** Where a request stands in its trace. */
export interface Trace {
  readonly traceId: string;
  /** The span of this request. */
  readonly spanId: string;
  /** The caller's span; undefined where the trace begins here. */
  readonly parentId: string | undefined;
  /** Whether the caller records the trace. */
  readonly isSampled: boolean;
  /** What other systems have to say of the trace. */
  readonly state: string | undefined;
}

/**
 * The request's trace: that of its headers where they are valid, else a new one.
 * @param header Reads one of them.
 * @param uuid A random UUID of the request's own: its digits name a new trace, and the last 16 of them the span. They are
 *   never all zero, since some digits of a UUID are not random.
 */
export function traceOf(
  header: (name: 'traceparent' | 'tracestate') => string | undefined,
  uuid: string,
): Trace {
  const digits = uuid.replaceAll('-', '');
  const spanId = digits.slice(-16);
  const parent = header('traceparent');
  const [, version, traceId, parentId, flags = '0', more] =
    parent === undefined ? [] : (TRACE_PARENT.exec(parent) ?? []);
  if (traceId === undefined || (version === '00' && more !== undefined)) {
    return { traceId: digits, spanId, parentId: undefined, isSampled: false, state: undefined };
  }
  const isSampled = (Number.parseInt(flags, 16) & SAMPLED) !== 0;
  return { traceId, spanId, parentId, isSampled, state: stateOf(header('tracestate')) };
}

/** The header for what follows. */
export function traceParent({ traceId, spanId, isSampled }: Trace): string {
  return `00-${traceId}-${spanId}-0${isSampled ? SAMPLED : 0}`;
}

function stateOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '' || text.length > MAX_STATE_UNITS) return undefined;
  const members = text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf('='))));
  const isSane =
    members.length <= MAX_MEMBERS && keys.size === members.length && members.every((one) => MEMBER.test(one));
  return isSane && members.length > 0 ? members.join(',') : undefined;
}
