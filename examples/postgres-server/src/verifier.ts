// Makes a SCRAM verifier of a password, as Postgres keeps it: for the secret READERS. The Worker itself needs no password.
import { toBase64 } from '@fairlead/bytes';

const ITERATIONS = 4_096;
const SALT_BYTES = 16;

/**
 * @param password Printable ASCII: other texts would need SASLprep, which clients apply.
 * @example
 * ```sh
 * node -e "import('./src/verifier.ts').then(async (m) => console.log(await m.verifierOf(process.env.PASSWORD)))"
 * ```
 */
export async function verifierOf(password: string): Promise<string> {
  const encoder = new TextEncoder();
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const key = await crypto.subtle.importKey('raw', encoder.encode(password), 'PBKDF2', false, ['deriveBits']);
  const settings = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ITERATIONS };
  const salted = await crypto.subtle.deriveBits(settings, key, 256);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const mac = await crypto.subtle.importKey('raw', salted, algorithm, false, ['sign']);
  const clientKey = await crypto.subtle.sign('HMAC', mac, encoder.encode('Client Key'));
  const storedKey = await crypto.subtle.digest('SHA-256', clientKey);
  const serverKey = await crypto.subtle.sign('HMAC', mac, encoder.encode('Server Key'));
  const text = (bytes: ArrayBuffer) => toBase64(new Uint8Array(bytes));
  return `SCRAM-SHA-256$${ITERATIONS}:${toBase64(salt)}$${text(storedKey)}:${text(serverKey)}`;
}
