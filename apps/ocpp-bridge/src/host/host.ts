import type { Settings } from '@pilotwire/configuration';
import { performCertificateOrder } from '@pilotwire/ocpp-transport';
import type { CertificateStore } from '@pilotwire/ocpp-transport';
import { wordsOf } from '@pilotwire/service';
import type { Log } from '@pilotwire/service';
import { setting } from '@pilotwire/station';
import type { FirmwareStatus, HookFact, LogStatus, Order } from '@pilotwire/station';
import type { UploadOrder } from '../bundle/uploader.js';
import type { SiteOrder } from '../site/orders.js';
import { identityOf } from '../station/configuration.js';
import type { StationDriver } from '../station/driver.js';
import { raisedTo, withPassword, withProfile } from '../station/network-profiles.js';
import { runProgram } from './program.js';

type HostOrder = Exclude<Order, SiteOrder>;

export interface HostOptions {
  readonly station: string;
  readonly settings: Settings;
  readonly log: Log;
  readonly driver: StationDriver;
  /** Uploads a bundle, and says how that goes; returns how to call it off. */
  readonly upload: (order: UploadOrder, status: (status: LogStatus) => void) => () => void;
  /** Where its certificates are kept; undefined: nowhere. */
  readonly certificates: CertificateStore | undefined;
  /** Milliseconds since 1970, where that is known. */
  readonly utc: () => number | undefined;
  /** The station has begun anew. */
  readonly restarted: () => void;
  readonly run?: typeof runProgram;
}

const firmwareWords: readonly FirmwareStatus[] = [
  'Downloading', 'Downloaded', 'DownloadFailed', 'DownloadScheduled', 'DownloadPaused', 'SignatureVerified', 'InvalidSignature', 'InstallScheduled',
  'Installing', 'InstallRebooting', 'Installed', 'InstallationFailed', 'InstallVerificationFailed',
];
const isStatus = (word: string): word is FirmwareStatus => (firmwareWords as readonly string[]).includes(word);
/** After these an update is over. */
const lastWords: ReadonlySet<FirmwareStatus> = new Set(['Installed', 'DownloadFailed', 'InstallationFailed', 'InstallVerificationFailed', 'InvalidSignature', 'InstallRebooting']);

/** What the CSMS wants of the machine itself. */
export class Host {
  readonly #options: HostOptions;
  #cancelUpload: (() => void) | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  carryOut(order: HostOrder): void {
    const { driver } = this.#options;
    switch (order.do) {
      case 'password':
        return driver.reconnect(withPassword(driver.line, driver.inUse?.slot, order.password));
      case 'security-profile':
        return this.#raise(order.profile, order.request);
      case 'network-profile': {
        const { do: _, slot, ...profile } = order;
        return driver.keep({ op: 'line', line: withProfile(driver.line, slot, profile, driver.inUse?.slot) });
      }
      case 'reset':
        return this.#reset(order.evse, order.hard);
      case 'upload-log':
        this.#cancelUpload = this.#options.upload(order, (status) => this.#feed({ kind: 'log-status', status }));
        return;
      case 'cancel-log':
        this.#cancelUpload?.();
        this.#cancelUpload = undefined;
        return;
      case 'update-firmware':
        return this.#update(order.location);
      // The cable is a part of the charger: there is no lock to open.
      case 'unlock':
        return this.#feed({ kind: 'performed', request: order.request, outcome: {} });
      case 'certificate':
        return this.#certificate(order);
      case 'make-csr':
        return this.makeCsr();
    }
  }

  /** Asks for a certificate of the station, with a new key. */
  makeCsr(): void {
    const { certificates, settings, station, log, driver } = this.#options;
    if (certificates === undefined) return log.warn(`${station}: a certificate is to be asked for, and there is nowhere to keep it`);
    const organization = setting(driver.state, 'SecurityCtrlr.OrganizationName');
    certificates.makeCsr({ commonName: settings['ocpp.serialNumber'] ?? identityOf(settings, station), ...(organization !== '' && { organization }) }).then(
      (csr) => this.#feed({ kind: 'csr', csr }),
      (error: unknown) => log.error(`${station}: no key was made: ${wordsOf(error)}`),
    );
  }

  /** A profile for which something is missing would end all connections. */
  #raise(profile: number, request: string): void {
    const { driver, log, station } = this.#options;
    const why = driver.objectionTo(raisedTo(driver.line, profile));
    this.#feed({ kind: 'performed', request, outcome: { status: why === undefined ? 'Accepted' : 'Rejected' } });
    if (why !== undefined) return log.warn(`${station}: the CSMS wants another security profile: ${why}`);
    driver.raise(profile);
    driver.reconnect(driver.line);
  }

  #certificate(order: Extract<HostOrder, { readonly do: 'certificate' }>): void {
    const { certificates, station, log, driver, utc } = this.#options;
    const { request } = order;
    if (certificates === undefined) return this.#feed({ kind: 'performed', request, outcome: {} });
    performCertificateOrder(certificates, order, utc()).then(
      ({ outcome, changed, why }) => {
        if (why !== undefined) log.warn(`${station}: certificate ${order.call}: ${why}`);
        this.#feed({ kind: 'performed', request, outcome });
        if (changed) driver.reconnect(driver.line);
      },
      (error: unknown) => {
        log.error(`${station}: certificate ${order.call}: ${wordsOf(error)}`);
        this.#feed({ kind: 'performed', request, outcome: {} });
      },
    );
  }

  #reset(evse: number, hard: boolean): void {
    const { settings, station, log, driver, restarted } = this.#options;
    if (evse !== 0) return; // its charge has been ended, and nothing else of an outlet can begin anew
    const file = settings['ocpp.resetCommand'];
    if (file !== undefined) this.#run(file, [station, hard ? 'hard' : 'soft'], () => undefined, (why) => why !== undefined && log.error(`${station}: ${file}: ${why}`));
    driver.restart().then(restarted, (error: unknown) => log.error(String(error)));
  }

  #update(location: string): void {
    const { settings, station, log } = this.#options;
    const file = settings['ocpp.firmwareCommand'];
    const status = (word: FirmwareStatus): void => this.#feed({ kind: 'firmware-status', status: word });
    if (file === undefined) return status('DownloadFailed');
    let last: FirmwareStatus | undefined;
    this.#run(file, [station, location], (line) => {
      const word = line.trim();
      if (!isStatus(word)) return log.info(`${station}: ${file}: ${line}`);
      last = word;
      status(word);
    }, (why) => {
      if (why !== undefined) log.error(`${station}: ${file}: ${why}`);
      // A program that says nothing of its end has installed something, or has not.
      if (last === undefined || !lastWords.has(last)) status(why === undefined ? 'Installed' : 'InstallationFailed');
    });
  }

  #run(file: string, args: readonly string[], line: (line: string) => void, over: (why: string | undefined) => void): void {
    const { log, station } = this.#options;
    const aside = (text: string): void => log.info(`${station}: ${file}: ${text}`);
    (this.#options.run ?? runProgram)({ file, args, line, aside, over });
  }

  #feed(fact: HookFact): void {
    this.#options.driver.feed(fact);
  }
}

/** Whether it is the gateways that carry an order out. */
export function isForSite(order: Order): order is SiteOrder {
  switch (order.do) {
    case 'authorize':
    case 'start':
    case 'stop':
    case 'limit':
    case 'availability':
    case 'cost':
      return true;
    default:
      return false;
  }
}
