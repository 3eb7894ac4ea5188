// Which keys a host may have: the options, and the policy that the key exchange asks. It accepts no key by default.
import { equalBytes } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { protocolError } from '../errors.ts';
import { decodeCertificate, isCertificate } from '../keys/certificate.ts';
import { decodePublicKey } from '../keys/public-key.ts';
import { verifySignature } from '../keys/signature.ts';
import {
  CERTIFICATE_SUFFIX,
  keyTypeOf,
  plainAlgorithm,
  SIGNATURE_METHODS,
} from '../keys/signature-methods.ts';
import { SshReader } from '../wire/ssh-reader.ts';
import {
  type HostKey,
  type Judge,
  judgeByFingerprint,
  judgeByFunction,
  judgeByKnownHosts,
} from './judges.ts';
import { readKnownHosts } from './known-hosts.ts';
import type { HostKeyOptions } from './options.ts';
import type { HostKeyPolicy, PresentedHostKey } from './types.ts';

export type { HostKeyFacts, HostKeyOptions } from './options.ts';

/**
 * The policy of one connection. From the first key that it accepts on it accepts no other one (RFC 4253 section 9).
 * @param hostname As it is dialled: lower case, IPv6 without brackets.
 * @param now Milliseconds since 1970, for the validity of certificates. Default `Date.now`.
 * @throws FairleadError `usage` where the options name none or several ways to know the key, and where the way named can
 *   accept no key of this host.
 */
export async function hostKeyPolicy(
  options: HostKeyOptions,
  hostname: string,
  port: number,
  now: () => number = Date.now,
): Promise<HostKeyPolicy> {
  const { algorithms, judge } = await chosenWay(options, hostname, port, now);
  let accepted: Uint8Array | undefined;
  return {
    algorithms,
    verify: async (presented) => {
      const key = await provenKey(presented);
      if (accepted) {
        if (!equalBytes(accepted, key.blob))
          throw protocolError('The host has another key than when the connection began');
        return;
      }
      await judge(key);
      accepted = key.blob.slice();
    },
  };
}

interface Way {
  readonly algorithms: readonly string[];
  readonly judge: Judge;
}

async function chosenWay(
  options: HostKeyOptions,
  hostname: string,
  port: number,
  now: () => number,
): Promise<Way> {
  const { knownHosts, fingerprint, verifyHostKey, insecureAcceptAnyHostKey } = options;
  // Whatever is not `true` gives no leave.
  const insecure = insecureAcceptAnyHostKey === true || undefined;
  const given = [knownHosts, fingerprint, verifyHostKey, insecure].filter((way) => way !== undefined);
  if (given.length !== 1) throw usage(ONE_WAY);
  const plain = [...SIGNATURE_METHODS.keys()];
  const host = { hostname, port };
  if (fingerprint !== undefined) return { algorithms: plain, judge: judgeByFingerprint(fingerprint, host) };
  if (verifyHostKey !== undefined) return { algorithms: plain, judge: judgeByFunction(verifyHostKey, host) };
  if (knownHosts === undefined) return { algorithms: plain, judge: async () => undefined };
  const known = await readKnownHosts(knownHosts, hostname, port);
  const certificates = known.authorities.length > 0 ? plain.map((name) => name + CERTIFICATE_SUFFIX) : [];
  const isKnown = (name: string): boolean => known.keys.some(({ type }) => type === keyTypeOf(name));
  const [first, last] = [plain.filter(isKnown), plain.filter((name) => !isKnown(name))];
  return { algorithms: [...certificates, ...first, ...last], judge: judgeByKnownHosts(known, host, now) };
}

const ONE_WAY =
  "Say in exactly one way how the host's key is known: knownHosts (the text of a known_hosts file), fingerprint (`SHA256:...`) or verifyHostKey (a function). insecureAcceptAnyHostKey: true accepts every key";

/** The key, once it fits its algorithm and the exchange is signed with it. @throws FairleadError `protocol`. */
async function provenKey({ blob, algorithm, signature, exchangeHash }: PresentedHostKey): Promise<HostKey> {
  const type = new SshReader(blob).name();
  if (type !== keyTypeOf(algorithm)) throw protocolError("The host's key has another type than agreed on");
  const certificate = isCertificate(type) ? decodeCertificate(blob) : undefined;
  const key = certificate?.key ?? decodePublicKey(blob);
  await verifySignature(key, plainAlgorithm(algorithm), exchangeHash, signature);
  return { blob, key, certificate };
}
