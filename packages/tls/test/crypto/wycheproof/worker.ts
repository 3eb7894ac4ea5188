// The Worker that runs Project Wycheproof's vectors: a file of them in, what became of each out. It is `npm run suite:wycheproof`
// that bundles it.
import { ecdh, mlKem } from './checks/agreement.ts';
import { aead, hkdf, hmac } from './checks/records.ts';
import { ecdsa, ed25519, rsaPkcs1, rsaPssPss, rsaPssRsae } from './checks/signatures.ts';
import type { Check, Outcome, VectorFile } from './protocol.ts';

/** By the groups' `type`. */
const CHECKS: Readonly<Record<string, Check>> = {
  AeadTest: aead,
  MacTest: hmac,
  HkdfTest: hkdf,
  XdhComp: ecdh,
  EcdhEcpointTest: ecdh,
  EcdsaVerify: ecdsa,
  EddsaVerify: ed25519,
  RsassaPkcs1Verify: rsaPkcs1,
  RsassaPssVerify: rsaPssRsae,
  RsassaPssWithParametersVerify: rsaPssPss,
  MLKEMTest: mlKem,
  MLKEMKeyGen: mlKem,
};

async function run(file: VectorFile): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const group of file.testGroups) {
    const check = CHECKS[group.type];
    if (!check) throw new Error(`there is no check for ${group.type}`);
    for (const vector of group.tests) {
      const verdict = await check(file, group, vector);
      const { tcId } = vector;
      if (typeof verdict === 'string') outcomes.push({ tcId, outcome: 'left out', reason: verdict });
      else outcomes.push({ tcId, outcome: verdict ? 'accepted' : 'refused' });
    }
  }
  return outcomes;
}

/** The Worker. */
export default {
  async fetch(request: Request): Promise<Response> {
    try {
      return Response.json(await run((await request.json()) as VectorFile));
    } catch (error) {
      return new Response(error instanceof Error ? String(error.stack) : String(error), { status: 500 });
    }
  },
};
