// Whether a certificate is for a name (RFC 9525, RFC 5280 section 4.2.1.6): by its subjectAltName alone, never by its common name.
import { equalBytes } from '@fairlead/bytes';
import { asciiOf } from '../read/distinguished-name.ts';
import { FORM, type GeneralName } from '../read/general-name.ts';
import { addressBytes, isDialledName, isDnsName, wildcardBase } from './addresses.ts';

/**
 * @param names The certificate's.
 * @param dialled A DNS name in lower case, a dot at its end allowed; or an IP address, which iPAddress alone can match.
 */
export function isForName(names: readonly GeneralName[], dialled: string): boolean {
  const address = addressBytes(dialled);
  if (address !== undefined) {
    return names.some(({ form, value }) => form === FORM.ip && equalBytes(value, address));
  }
  const name = dialled.endsWith('.') ? dialled.slice(0, -1) : dialled;
  if (!isDialledName(name)) return false;
  return names.some(({ form, value }) => form === FORM.dns && matches(value, name));
}

function matches(value: Uint8Array, name: string): boolean {
  const presented = asciiOf(value)?.toLowerCase() ?? '';
  if (isDnsName(presented)) return presented === name;
  // The wildcard stands for one label, and a whole one.
  const base = wildcardBase(presented);
  return base !== undefined && name.slice(name.indexOf('.') + 1) === base && name.indexOf('.') > 0;
}
