// The runner's keys and certificates, as the client takes them: PKCS#8, and pins of servers' keys.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The client's certificate and key from the runner's files, whose keys may have older forms than PKCS#8. */
export function identityOf(certFile: string, keyFile: string): { cert: string; key: string } {
  const key = createPrivateKey(readFileSync(keyFile));
  return {
    cert: readFileSync(certFile, 'utf8'),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

let known: string[] | undefined;

/**
 * The pins of all servers of this run, from the file that FAIRLEAD_SHIM_PINS names. The runner's certificates are signed by
 * nobody, so their keys are what there is to trust.
 */
export function serverPins(): string[] {
  known ??= (JSON.parse(readFileSync(process.env.FAIRLEAD_SHIM_PINS ?? '', 'utf8')) as string[]).map(asPin);
  return known;
}

/** A pin that no server's key has. */
export function foreignPin(): string {
  return asPin(randomBytes(32).toString('base64'));
}

function asPin(base64: string): string {
  return `sha256/${base64}`;
}
