// The client's exports. A bundler leaves out what is not imported. The HTTP face is `@fairlead/gopher/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { fetch } from './client.ts';
export { attributes } from './response/attributes.ts';
export type { GopherResponse } from './response/gopher-response.ts';
export type { FetchOptions, GatherLimits } from './types.ts';
export { parseAttributes } from './wire/decode-attributes.ts';
export { MenuDecoder, type MenuOptions } from './wire/decode-menu.ts';
export type {
  Answer,
  Attributes,
  Framing,
  GopherPlusInfo,
  MenuItem,
  Question,
  View,
} from './wire/messages.ts';
export { formatGopherUrl, type GopherUrl, type GopherUrlParts, parseGopherUrl } from './wire/url.ts';
