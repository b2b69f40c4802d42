import type { Json, JsonObject, Order } from '@pilotwire/station';
import { rootUses } from './types.js';
import type { CertificateHash, CertificateStore, RootUse, Verdict } from './types.js';

type CertificateOrder = Extract<Order, { readonly do: 'certificate' }>;

/** How an order came out: `outcome` is for the engine's `performed`. */
export interface Performed {
  readonly outcome: JsonObject;
  /** The line has to connect anew to use what is new. */
  readonly changed: boolean;
  readonly why?: string;
}

/** Carries out an order of the engine that concerns certificates. `utc`: the time, where it is known. */
export async function performCertificateOrder(store: CertificateStore, { call, args }: CertificateOrder, utc: number | undefined): Promise<Performed> {
  const told = ({ status, why }: Verdict<string>, changes: boolean): Performed => ({
    outcome: { status }, changed: changes && status === 'Accepted', ...(why !== undefined && { why }),
  });
  switch (call) {
    case 'signed':
      return told(await store.accept(text(args['certificateChain']), utc), true);
    case 'install': {
      const use = useOf(text(args['certificateType']));
      if (use === undefined) return { outcome: { status: 'Rejected' }, changed: false, why: 'no such certificates are kept here' };
      // The roots of today are tried for as long as they do.
      return told(await store.install(use, text(args['certificate']), utc), false);
    }
    case 'delete':
      return told(await store.remove(hashIn(args['certificateHashData'])), false);
    case 'list': {
      const found = store.list(wanted(args['certificateType']));
      return {
        outcome: {
          // In the shape of 1.6, and in that of 2.x.
          certificateHashData: found.map(({ hash }) => ({ ...hash })),
          certificateHashDataChain: found.map(({ use, hash }) => ({ certificateType: use, certificateHashData: { ...hash } })),
        },
        changed: false,
      };
    }
  }
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** 1.6 has another word for the CSMS's. */
const useOf = (word: string): RootUse | undefined => (word === 'CentralSystemRootCertificate' ? 'CSMSRootCertificate' : rootUses.find((one) => one === word));

const wanted = (value: Json | undefined): readonly RootUse[] | undefined => {
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? (value as Json[]) : [value]).flatMap((one) => useOf(text(one)) ?? []);
};

function hashIn(value: Json | undefined): CertificateHash {
  const given = (typeof value === 'object' && value !== null ? value : {}) as JsonObject;
  const algorithm = text(given['hashAlgorithm']);
  return {
    hashAlgorithm: algorithm === 'SHA384' || algorithm === 'SHA512' ? algorithm : 'SHA256',
    issuerNameHash: text(given['issuerNameHash']), issuerKeyHash: text(given['issuerKeyHash']), serialNumber: text(given['serialNumber']),
  };
}
