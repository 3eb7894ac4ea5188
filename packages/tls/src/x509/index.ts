// What is read and verified of certificates, for the handshake and for whoever explains a chain.
export { anchorsOf } from './anchors.ts';
export { type ChainReport, type CheckedCertificate, checkChain } from './check.ts';
export { readPem } from './pem.ts';
export { readCertificate } from './read/certificate.ts';
export { summaryOf } from './summary.ts';
export type {
  BasicConstraints,
  Extensions,
  NameConstraints,
  ReadCertificate,
  TrustAnchor,
  Verification,
  VerifiedChain,
} from './types.ts';
export { verifyChain } from './verify.ts';
