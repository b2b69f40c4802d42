import { after, seconds } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import type { CertificateStore } from './types.js';

const day = 86_400_000;
/** Told so many days before the end, and once it has come. */
const warnings = [30, 7, 1, 0];
const lookEvery = seconds(3_600);

export interface ExpiryWatch {
  readonly clock: Clock;
  /** UTC in milliseconds, where it is known. */
  readonly utc: () => number | undefined;
  /** `InvalidChargingStationCertificate` at the end; `CertificateExpires` before it, which is a word of ours. */
  readonly security: (event: { readonly type: string; readonly info: string }) => void;
  /** A new one should be asked for (2.0.1 A03): once a day, for the last thirty days and after. */
  readonly renew: () => void;
}

/** Watches over the end of the station's certificate. What is returned ends it. */
export function watchExpiry(store: Pick<CertificateStore, 'expiry'>, { clock, utc, security, renew }: ExpiryWatch): () => void {
  let told: { readonly notAfter: number; readonly days: number } | undefined;
  let renewed: number | undefined;
  const look = (): void => {
    cancel = clock.wake(after(clock.now(), lookEvery), look);
    const [now, expiry] = [utc(), store.expiry()];
    if (now === undefined || expiry === undefined) return;
    const left = (expiry.notAfter - now) / day;
    const days = warnings.filter((one) => left <= one).at(-1);
    if (days === undefined) return;
    if (renewed === undefined || now - renewed >= day) {
      renewed = now;
      renew();
    }
    if (told?.notAfter === expiry.notAfter && told.days <= days) return;
    told = { notAfter: expiry.notAfter, days };
    const info = `${expiry.subject}: until ${new Date(expiry.notAfter).toISOString()}`;
    security({ type: left <= 0 ? 'InvalidChargingStationCertificate' : 'CertificateExpires', info: info.slice(0, 255) });
  };
  let cancel = clock.wake(clock.now(), look);
  return () => cancel();
}
