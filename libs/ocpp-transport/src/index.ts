export { watchExpiry } from './certificates/expiry.js';
export type { ExpiryWatch } from './certificates/expiry.js';
export { performCertificateOrder } from './certificates/perform.js';
export type { Performed } from './certificates/perform.js';
export { openCertificates } from './certificates/store.js';
export { openLine } from './line.js';
export type { FrameCopy, Line, LineListener, LineStatus, LineSurroundings, Reply } from './line-types.js';
export { isAddress, withoutSecrets } from './addresses.js';
export { redact } from './redact.js';
export { lineDefaults } from './settings.js';
export type { LineSettings, Retry, SecurityProfile } from './settings.js';
export type { LineTrouble } from './trouble.js';
export { objectionTo } from './usable.js';
export { rootUses } from './certificates/types.js';
export type {
  CertificateHash, CertificateStore, CertificateStoreOptions, Expiry, RootUse, Subject, Verdict,
} from './certificates/types.js';
export { downloadFile, firmwareStatusOf, logStatusOf, uploadFile } from './transfer/transfer.js';
export type { TransferOptions, TransferOutcome } from './transfer/types.js';
