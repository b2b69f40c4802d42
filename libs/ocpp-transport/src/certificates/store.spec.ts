import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authority } from '../../test/authority.js';
import { openCertificates, performCertificateOrder } from '../index.js';
import type { CertificateStore } from '../index.js';
import { hashOf } from './read.js';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'pilotwire-certificates-')), 'station');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const open = (maxLength = 3): Promise<CertificateStore> => openCertificates(folder, { maxLength });
const now = Date.now();
const year = 365 * 86_400_000;
const roots = await authority('CSMS Root');

/** A store whose station has a certificate. */
async function signed(): Promise<CertificateStore> {
  const store = await open();
  expect(await store.accept(await roots.sign(await store.makeCsr({ commonName: 'CP-1' })), now)).toEqual({ status: 'Accepted' });
  return store;
}

describe('a certificate of the station', () => {
  test('is asked for with a key of its own, and is used once it is signed', async () => {
    const store = await open();
    const csr = await store.makeCsr({ commonName: 'CP-1', organization: 'Operator, with = and ,' });
    expect(csr).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
    expect(store.lineSettings()).toEqual({});
    const chain = (await roots.sign(csr)) + roots.root;
    expect(await store.accept(chain, now)).toEqual({ status: 'Accepted' });
    const { certificate = '', key = '' } = store.lineSettings();
    const leaf = new X509Certificate(certificate);
    expect(leaf.subject).toContain('CN=CP-1');
    expect(leaf.publicKey.equals(createPublicKey(key))).toBe(true);
    expect(store.expiry()?.notAfter).toBe(Date.parse(leaf.validTo));
    // And after a restart.
    expect((await open()).lineSettings()).toEqual(store.lineSettings());
  });

  test('of an earlier request is taken as well, and of none of ours is not', async () => {
    const store = await open();
    const earlier = await store.makeCsr({ commonName: 'CP-1' });
    await store.makeCsr({ commonName: 'CP-1' });
    const other = await openCertificates(join(folder, 'other'), { maxLength: 1 });
    expect(await store.accept(await roots.sign(await other.makeCsr({ commonName: 'CP-1' })), now))
      .toEqual({ status: 'Rejected', why: 'it is of none of the keys that were made here' });
    expect(await (await open()).accept(await roots.sign(earlier), now)).toEqual({ status: 'Accepted' });
  });

  test('is looked at before it is taken', async () => {
    const store = await open();
    const csr = await store.makeCsr({ commonName: 'CP-1' });
    const reject = async (chain: string, utc: number | undefined = now) => (await store.accept(chain, utc)).why;
    expect(await reject('garbage')).toBe('no certificate can be read');
    expect(await reject(await roots.sign(csr, { from: new Date(0), to: new Date(1_000) }))).toMatch(/it has expired/);
    expect(await reject(await roots.sign(csr, { from: new Date(now + year), to: new Date(now + 2 * year) }))).toMatch(/not valid yet/);
    expect(await reject((await roots.sign(csr)) + (await authority('Another')).root)).toBe('certificate 1 of the chain is not signed by the next one');
    expect(store.lineSettings()).toEqual({});
    // A station that does not know the time takes what it can.
    expect(await store.accept(await roots.sign(csr, { from: new Date(0), to: new Date(1_000) }), undefined)).toEqual({ status: 'Accepted' });
  });

  test('makes place for the one before it, where the CSMS does not take it', async () => {
    const store = await signed();
    const { certificate } = store.lineSettings();
    expect(await store.revert()).toBe(false);
    await store.accept(await roots.sign(await store.makeCsr({ commonName: 'CP-1' })), now);
    expect(store.lineSettings().certificate).not.toBe(certificate);
    expect(await store.revert()).toBe(true);
    expect((await open()).lineSettings().certificate).toBe(certificate);
  });

  test('and its keys are for their owner alone, and nothing is left half written', async () => {
    await signed();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const names = await readdir(folder);
    expect(names).toEqual(['station.pem']);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'station.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });
});

describe('roots', () => {
  test('are installed, listed and deleted, and survive a restart', async () => {
    const store = await open();
    const maker = await authority('Maker');
    expect(await store.install('CSMSRootCertificate', roots.root, now)).toEqual({ status: 'Accepted' });
    expect(await store.install('ManufacturerRootCertificate', maker.root, now)).toEqual({ status: 'Accepted' });
    const again = await open();
    expect(again.list().map(({ use }) => use)).toEqual(['CSMSRootCertificate', 'ManufacturerRootCertificate']);
    const [{ hash } = { hash: hashOf(new X509Certificate(maker.root)) }] = again.list(['ManufacturerRootCertificate']);
    expect(await again.remove({ ...hash, issuerNameHash: hash.issuerNameHash.toUpperCase(), serialNumber: `00${hash.serialNumber}` })).toEqual({ status: 'Accepted' });
    expect(await again.remove(hash)).toEqual({ status: 'NotFound' });
    expect((await open()).list().map(({ use }) => use)).toEqual(['CSMSRootCertificate']);
  });

  test('of the CSMS are trusted besides those of the settings, or else of Node', async () => {
    const store = await openCertificates(folder, { maxLength: 3, ca: 'the one of the settings\n' });
    expect(store.lineSettings()).toEqual({ ca: 'the one of the settings\n' });
    await store.install('CSMSRootCertificate', roots.root, now);
    expect(store.lineSettings().ca).toMatch(/^the one of the settings\n\n-----BEGIN/);
    expect((await open()).lineSettings().ca?.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
  });

  test('the last one by which the CSMS is known stays', async () => {
    const store = await open();
    await store.install('CSMSRootCertificate', roots.root, now);
    const [{ hash }] = store.list() as [ReturnType<CertificateStore['list']>[number]];
    expect(await store.remove(hash)).toMatchObject({ status: 'Failed' });
    await store.install('CSMSRootCertificate', (await authority('Next')).root, now);
    expect(await store.remove(hash)).toEqual({ status: 'Accepted' });
  });

  test('are counted, and looked at', async () => {
    const store = await open(1);
    const why = async (pem: string) => (await store.install('CSMSRootCertificate', pem, now)).why;
    expect(await why('garbage')).toBe('not one certificate in PEM');
    expect(await why(roots.root + roots.root)).toBe('not one certificate in PEM');
    expect(await why((await roots.issue('leaf')).certificate)).toMatch(/no certificate authority/);
    expect(await why((await authority('Old', { from: new Date(0), to: new Date(1_000) })).root)).toMatch(/it has expired/);
    expect(await store.install('CSMSRootCertificate', roots.root, now)).toEqual({ status: 'Accepted' });
    expect(await store.install('CSMSRootCertificate', roots.root, now)).toEqual({ status: 'Accepted' });
    expect(await why((await authority('One more')).root)).toBe('there are 1 already, and no more are kept');
  });

  test('have the hashes that OpenSSL has for OCSP', async (context) => {
    let text: string;
    try {
      writeFileSync(join(folder, '..', 'root.pem'), roots.root);
      text = execFileSync('openssl', ['ocsp', '-sha256', '-issuer', 'root.pem', '-cert', 'root.pem', '-req_text'], { cwd: join(folder, '..'), encoding: 'utf8' });
    } catch {
      return context.skip('there is no openssl here');
    }
    const { issuerNameHash, issuerKeyHash, serialNumber } = hashOf(new X509Certificate(roots.root));
    expect(text).toContain(issuerNameHash.toUpperCase());
    expect(text).toContain(issuerKeyHash.toUpperCase());
    expect(text.toLowerCase()).toMatch(new RegExp(`serial number: 0*${serialNumber}`));
  });
});

test("the engine's orders have their outcomes", async () => {
  const store = await open();
  const csr = await store.makeCsr({ commonName: 'CP-1' });
  const order = (call: 'signed' | 'install' | 'delete' | 'list', args: object) =>
    performCertificateOrder(store, { do: 'certificate', call, request: '1', args: args as never }, now);
  expect(await order('signed', { certificateChain: await roots.sign(csr) })).toEqual({ outcome: { status: 'Accepted' }, changed: true });
  expect(await order('signed', { certificateChain: 'x' })).toMatchObject({ outcome: { status: 'Rejected' }, changed: false });
  expect(await order('list', {})).toEqual({ outcome: { certificateHashData: [], certificateHashDataChain: [] }, changed: false });
  expect(await order('install', { certificateType: 'CentralSystemRootCertificate', certificate: roots.root })).toMatchObject({ outcome: { status: 'Accepted' } });
  expect(await order('install', { certificateType: 'What', certificate: roots.root })).toMatchObject({ outcome: { status: 'Rejected' } });
  const hash = hashOf(new X509Certificate(roots.root));
  expect((await order('list', { certificateType: ['CSMSRootCertificate'] })).outcome).toMatchObject({
    certificateHashData: [hash], certificateHashDataChain: [{ certificateType: 'CSMSRootCertificate', certificateHashData: hash }],
  });
  expect((await order('list', { certificateType: 'ManufacturerRootCertificate' })).outcome).toMatchObject({ certificateHashData: [] });
  expect((await order('delete', { certificateHashData: { ...hash, issuerKeyHash: 'ff' } })).outcome).toEqual({ status: 'NotFound' });
});
