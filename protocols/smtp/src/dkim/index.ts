// `@fairlead/smtp/dkim`: DKIM signatures. The exports, and nothing else.
export { type DkimOptions, type DkimSigner, dkimSigner, type Signable } from './signer.ts';
