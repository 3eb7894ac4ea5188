// The client's exports, and nothing else. A bundler leaves out what is not imported. The HTTP face is `@fairlead/gopher/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { attributes } from './attributes.ts';
export { fetch } from './client.ts';
export { parseAttributes } from './decode-attributes.ts';
export { MenuDecoder, type MenuOptions } from './decode-menu.ts';
export type {
  Answer,
  Attributes,
  Framing,
  GopherPlusInfo,
  MenuItem,
  Question,
  View,
} from './messages.ts';
export type { FetchOptions, GatherLimits } from './options.ts';
export type { GopherResponse } from './response.ts';
export { formatGopherUrl, type GopherUrl, type GopherUrlParts, parseGopherUrl } from './url.ts';
