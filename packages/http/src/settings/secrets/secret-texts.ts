// The texts of secrets: variables and secrets of the Worker, and secrets of a Secrets Store, which are asked for. No text
// stands in any message.
import { bounded } from '@fairlead/transport';

/** How long a store may take to answer. */
const STORE_TIMEOUT_MS = 5000;

/** What is used of a Secrets Store's binding (`secrets_store_secrets`). */
interface StoreSecret {
  get(): Promise<unknown>;
}

/** A secret's text, or why there is none: goes on from "the secret NAME". */
export type SecretText = { readonly text: string } | { readonly fault: string };

/** Whether a member of the environment is a secret that has to be asked for. */
export function isStoreSecret(value: unknown): value is StoreSecret {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'get') === 'function';
}

/** The text of a secret, by the value that stands in the environment under its name. */
export async function readSecret(value: unknown): Promise<SecretText> {
  if (value === undefined || value === null) return { fault: 'is not set' };
  if (typeof value === 'string') return value === '' ? { fault: 'is empty' } : { text: value };
  if (!isStoreSecret(value)) return { fault: 'is no text' };
  // Another kind of binding may throw at once.
  const asked = (async () => value.get())();
  const outcome = await bounded(asked, STORE_TIMEOUT_MS);
  if (outcome.kind === 'timeout')
    return { fault: `was not given by its store within ${STORE_TIMEOUT_MS} ms` };
  if (outcome.kind !== 'done') return { fault: 'was not given by its store' };
  return typeof outcome.value === 'string' && outcome.value !== ''
    ? { text: outcome.value }
    : { fault: 'has no text in its store' };
}
