// SSLRequest and the upgrade behind it (protocol 3.0, section 55.2.10). It refuses to go on in plain text, and bytes
// that came with the server's answer.
import type { ErrorCode, FairleadError, Transport } from '@fairlead/transport';
import { failure } from '../../errors.ts';
import { encodeSslRequest } from '../../wire/encode/client.ts';

const YES = 0x53;
const NO = 0x4e;
const ERROR_RESPONSE = 0x45;

/**
 * Turns TLS on, verified for the dialled name. Nothing of the session may have been sent before.
 * @throws FairleadError `tls_failed` (the server offers no TLS, its certificate is bad, bytes were injected),
 *   `protocol` (it answered something else), `connection_lost`.
 */
export async function startTls(transport: Transport): Promise<void> {
  const { peer } = transport;
  const refusal = (code: ErrorCode, message: string): FairleadError => failure(code, message, { peer });
  transport.write(encodeSslRequest());
  const answer = await transport.read();
  if (answer === undefined) {
    throw refusal('connection_lost', 'The server closed the connection instead of answering SSLRequest.');
  }
  const [first] = answer;
  if (first === NO) {
    throw refusal(
      'tls_failed',
      'The server does not offer TLS. Set ssl = on in its configuration, or, on a trusted network, use ' +
        'tls: false (sslmode=disable).',
    );
  }
  if (first !== YES) {
    // Text that came before TLS may be anyone's: it is not repeated in the error.
    const what = first === ERROR_RESPONSE ? 'an error' : 'bytes that are no answer';
    throw refusal('protocol', `The server answered SSLRequest with ${what}. Is it Postgres?`);
  }
  if (answer.length > 1) {
    throw refusal(
      'tls_failed',
      'Bytes came in clear text behind the answer to SSLRequest: injected (CVE-2021-23222)?',
    );
  }
  await transport.startTls();
}
