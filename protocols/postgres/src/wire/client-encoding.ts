// What a session's text is written in: UTF-8, and nothing else.
import { FairleadError } from '@fairlead/errors';

/**
 * Looks at a setting that the server has reported. In another encoding, either side would take the other's text for
 * another one, in silence.
 * @throws FairleadError `protocol` for a `client_encoding` that is not UTF-8, which ends the connection.
 */
export function assertUtf8(name: string, value: string): void {
  if (name !== 'client_encoding' || /^(utf-?8|unicode)$/i.test(value)) return;
  const message = `The session's client_encoding is ${value}, and text is UTF-8 here. The connection was ended.`;
  throw new FairleadError('protocol', message, { blame: 'local' });
}
