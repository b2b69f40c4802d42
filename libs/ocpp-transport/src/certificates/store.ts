import { createPrivateKey } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { signingRequest } from './csr.js';
import { secretFiles } from './files.js';
import type { SecretFiles } from './files.js';
import { asPem, certificatesIn, chainObjection, hashOf, isMeant, rootObjection, timeOf } from './read.js';
import { rootUses } from './types.js';
import type { CertificateHash, CertificateStore, CertificateStoreOptions, RootUse, Subject, Verdict } from './types.js';

/** The station's key and chain are one file, so that they change as one. */
const ownFile = 'station.pem';
const formerFile = 'station.former.pem';
/** Keys whose request is under way; the CSMS may sign an earlier one. */
const pendingFile = 'pending.pem';
const mostPending = 3;

const keyBlock = /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----\n?/g;

interface Identity {
  readonly key: string;
  readonly chain: readonly X509Certificate[];
}
interface Root {
  readonly use: RootUse;
  readonly file: string;
  readonly certificate: X509Certificate;
}

/** Opens the folder of a station's certificates, and makes it where there is none. Rejects with the system's error where it cannot. */
export async function openCertificates(folder: string, options: CertificateStoreOptions): Promise<CertificateStore> {
  const files = await secretFiles(folder);
  const roots: Root[] = [];
  for (const file of await files.names()) {
    const use = rootUses.find((one) => file.startsWith(`${one}-`));
    const [certificate] = (use && certificatesIn((await files.read(file)) ?? '')) ?? [];
    if (use !== undefined && certificate !== undefined) roots.push({ use, file, certificate });
  }
  return new Store(files, options, {
    roots, own: identityIn(await files.read(ownFile)), former: identityIn(await files.read(formerFile)), pending: keysIn(await files.read(pendingFile)),
  });
}

interface Contents {
  readonly roots: readonly Root[];
  readonly own: Identity | undefined;
  readonly former: Identity | undefined;
  readonly pending: readonly string[];
}

class Store implements CertificateStore {
  readonly #files: SecretFiles;
  readonly #options: CertificateStoreOptions;
  #contents: Contents;
  /** Changes are made one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(files: SecretFiles, options: CertificateStoreOptions, contents: Contents) {
    this.#files = files;
    this.#options = options;
    this.#contents = contents;
  }

  makeCsr(subject: Subject): Promise<string> {
    return this.#inTurn(() => this.#makeCsr(subject));
  }
  accept(chain: string, utc: number | undefined): Promise<Verdict<'Accepted' | 'Rejected'>> {
    return this.#inTurn(() => this.#accept(chain, utc));
  }
  revert(): Promise<boolean> {
    return this.#inTurn(() => this.#revert());
  }
  install(use: RootUse, pem: string, utc: number | undefined): Promise<Verdict<'Accepted' | 'Rejected' | 'Failed'>> {
    return this.#inTurn(() => this.#install(use, pem, utc));
  }
  remove(hash: CertificateHash): Promise<Verdict<'Accepted' | 'Failed' | 'NotFound'>> {
    return this.#inTurn(() => this.#remove(hash));
  }

  lineSettings(): ReturnType<CertificateStore['lineSettings']> {
    const { own, roots } = this.#contents;
    const installed = roots.filter(({ use }) => use === 'CSMSRootCertificate').map(({ certificate }) => asPem(certificate));
    // A root that is installed is one more: the CSMS of today has to be found again.
    const ca = installed.length === 0 ? this.#options.ca : [this.#options.ca ?? rootCertificates.join('\n'), ...installed].join('\n');
    return { ...(ca !== undefined && { ca }), ...(own !== undefined && { certificate: own.chain.map(asPem).join(''), key: own.key }) };
  }

  async #makeCsr(subject: Subject): Promise<string> {
    const { key, csr } = await signingRequest(subject);
    const pending = [key, ...this.#contents.pending].slice(0, mostPending);
    await this.#files.write(pendingFile, pending.join(''));
    this.#contents = { ...this.#contents, pending };
    return csr;
  }

  async #accept(pem: string, utc: number | undefined): Promise<Verdict<'Accepted' | 'Rejected'>> {
    const rejected = (why: string) => ({ status: 'Rejected', why }) as const;
    const chain = certificatesIn(pem);
    const [leaf] = chain ?? [];
    if (chain === undefined || leaf === undefined) return rejected('no certificate can be read');
    const { own, pending } = this.#contents;
    const key = [...pending, ...(own === undefined ? [] : [own.key])].find((one) => leaf.checkPrivateKey(createPrivateKey(one)));
    if (key === undefined) return rejected('it is of none of the keys that were made here');
    const objection = chainObjection(chain, utc);
    if (objection !== undefined) return rejected(objection);
    try {
      if (own !== undefined) await this.#files.write(formerFile, textOf(own));
      await this.#files.write(ownFile, textOf({ key, chain }));
      await this.#files.remove(pendingFile);
    } catch (error) {
      return rejected(`it cannot be kept: ${(error as Error).message}`);
    }
    this.#contents = { ...this.#contents, own: { key, chain }, former: own, pending: [] };
    return { status: 'Accepted' };
  }

  async #revert(): Promise<boolean> {
    const { former } = this.#contents;
    if (former === undefined) return false;
    await this.#files.write(ownFile, textOf(former));
    await this.#files.remove(formerFile);
    this.#contents = { ...this.#contents, own: former, former: undefined };
    return true;
  }

  async #install(use: RootUse, pem: string, utc: number | undefined): Promise<Verdict<'Accepted' | 'Rejected' | 'Failed'>> {
    const found = certificatesIn(pem);
    const [certificate] = found ?? [];
    if (certificate === undefined || found?.length !== 1) return { status: 'Rejected', why: 'not one certificate in PEM' };
    const objection = rootObjection(certificate, utc);
    if (objection !== undefined) return { status: 'Rejected', why: objection };
    const { roots } = this.#contents;
    const file = `${use}-${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}.pem`;
    if (roots.some((root) => root.file === file)) return { status: 'Accepted' };
    if (roots.length >= this.#options.maxLength) return { status: 'Rejected', why: `there are ${roots.length} already, and no more are kept` };
    try {
      await this.#files.write(file, asPem(certificate));
    } catch (error) {
      return { status: 'Failed', why: (error as Error).message };
    }
    this.#contents = { ...this.#contents, roots: [...roots, { use, file, certificate }] };
    return { status: 'Accepted' };
  }

  async #remove(hash: CertificateHash): Promise<Verdict<'Accepted' | 'Failed' | 'NotFound'>> {
    const { roots } = this.#contents;
    const meant = roots.filter(({ certificate }) => isMeant(certificate, hash));
    if (meant.length === 0) return { status: 'NotFound' };
    const left = roots.filter((root) => !meant.includes(root));
    const isCsms = ({ use }: Root): boolean => use === 'CSMSRootCertificate';
    if (meant.some(isCsms) && !left.some(isCsms)) return { status: 'Failed', why: 'it is the last one by which the CSMS is known' };
    try {
      for (const { file } of meant) await this.#files.remove(file);
    } catch (error) {
      return { status: 'Failed', why: (error as Error).message };
    }
    this.#contents = { ...this.#contents, roots: left };
    return { status: 'Accepted' };
  }

  list(uses: readonly RootUse[] = rootUses): ReturnType<CertificateStore['list']> {
    return this.#contents.roots.filter(({ use }) => uses.includes(use)).map(({ use, certificate }) => ({ use, hash: hashOf(certificate) }));
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#last.then(run);
    this.#last = done.catch(() => undefined);
    return done;
  }

  expiry(): ReturnType<CertificateStore['expiry']> {
    const [leaf] = this.#contents.own?.chain ?? [];
    return leaf && { notAfter: timeOf(leaf.validTo), subject: leaf.subject.replaceAll('\n', ', ') };
  }
}

const textOf = ({ key, chain }: Identity): string => key + chain.map(asPem).join('');
const keysIn = (pem: string | undefined): readonly string[] => [...(pem ?? '').matchAll(keyBlock)].map(([text]) => text);

function identityIn(pem: string | undefined): Identity | undefined {
  const [key] = keysIn(pem);
  const chain = certificatesIn(pem ?? '');
  return key === undefined || chain === undefined || chain.length === 0 ? undefined : { key, chain };
}
