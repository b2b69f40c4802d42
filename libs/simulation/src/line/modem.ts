import type { Mme } from '@pilotwire/homeplug';
import { BROADCAST, decodeMme, encodeMme, isHomeplug, LOCAL_MODEM, readEthernet } from '@pilotwire/homeplug';
import type { Duration, Instant, Timeline } from '@pilotwire/machine';
import { after, ms, noise, origin } from '@pilotwire/machine';
import type { Membership, PowerLine, Station } from './power-line.js';

export interface ModemOptions {
  readonly mac: string;
  /** The host behind it. */
  readonly host: string;
  readonly role: 'ev' | 'evse';
  /** Levels in a profile: 58; consumer modems (QCA7420) report 0. */
  readonly groups?: number;
  /** After a new key: deaf for `restart`, and in the network `join` later. */
  readonly restart?: Duration;
  readonly join?: Duration;
  /** Hands its host unicast frames for others too: CM_SLAC_MATCH.CNF was seen at foreign EVs. */
  readonly leaky?: boolean;
}

/** What a modem shows its host of the SLAC it hears: a PEV's, nothing but answers (seen: QCA7005). */
const shown: Readonly<Record<ModemOptions['role'], ReadonlySet<string>>> = {
  ev: new Set(['CM_SLAC_PARM.CNF', 'CM_ATTEN_CHAR.IND', 'CM_VALIDATE.CNF', 'CM_SLAC_MATCH.CNF']),
  evse: new Set([
    'CM_SLAC_PARM.REQ', 'CM_START_ATTEN_CHAR.IND', 'CM_MNBC_SOUND.IND', 'CM_ATTEN_CHAR.RSP', 'CM_VALIDATE.REQ',
    'CM_SLAC_MATCH.REQ',
  ]),
};

const slacTypes = new Set([...shown.ev, ...shown.evse]);
const ethernetDelay = ms(0.1);
/** Real modems answer CM_SET_KEY.REQ after 0.33..1.1 ms. */
const answerDelay = ms(0.5);
const ripple = 2;

/**
 * A HomePlug Green PHY modem between its host and the line. It takes a key as real ones do: the answer, Result 1, comes
 * at once, then it restarts. SLAC passes between all modems in earshot, anything else within a network only.
 */
export class Modem implements Station {
  readonly mac: string;
  readonly host: string;
  readonly #time: Timeline;
  readonly #line: PowerLine;
  readonly #options: Required<ModemOptions>;
  readonly #toHost: (frame: Uint8Array) => void;
  #membership: Membership | undefined;
  #awake: Instant = origin;

  constructor(time: Timeline, line: PowerLine, options: ModemOptions, toHost: (frame: Uint8Array) => void) {
    this.mac = options.mac;
    this.host = options.host;
    this.#time = time;
    this.#line = line;
    this.#options = { groups: 58, restart: ms(1_500), join: ms(800), leaky: false, ...options };
    this.#toHost = toHost;
    line.attach(this);
  }

  get membership(): Membership | undefined {
    return this.#membership;
  }

  /** A frame from the host. Its own address and the alias reach the modem itself, all else goes to the line. */
  fromHost(frame: Uint8Array): void {
    const { now } = this.#time;
    if (now < this.#awake) return;
    const to = readEthernet(frame)?.destination;
    if (to === LOCAL_MODEM || to === this.mac) this.#managed(frame);
    else this.#line.transmit(this.mac, frame);
  }

  hear(frame: Uint8Array, attenuation: number): void {
    const header = readEthernet(frame);
    if (this.#time.now < this.#awake || header === undefined) return;
    const { source, destination } = header;
    const mine = destination === this.host || isMulticast(destination);
    if (!mine && !this.#options.leaky) return;
    const decoded = isHomeplug(frame) ? decodeMme(frame) : undefined;
    const type = decoded !== undefined && 'type' in decoded ? decoded.type : undefined;
    if (type === undefined || !slacTypes.has(type)) {
      if (this.#neighbours().some(({ host }) => host === source)) this.#give(frame);
      return;
    }
    if (!shown[this.#options.role].has(type)) return;
    this.#give(frame);
    if (type === 'CM_MNBC_SOUND.IND') this.#measure(source, attenuation);
  }

  /** Whether any other modem in earshot is in the same network. */
  get linked(): boolean {
    return this.#neighbours().length > 0;
  }

  #neighbours(): readonly Station[] {
    const { now } = this.#time;
    const mine = this.#membership;
    if (mine === undefined || mine.since > now) return [];
    const inEarshot = [...this.#line.earshot(this.mac)].map(([station]) => station);
    return inEarshot.filter(({ membership }) => membership?.nmk === mine.nmk && membership.since <= now);
  }

  #managed(frame: Uint8Array): void {
    const decoded = decodeMme(frame);
    if (decoded.kind !== 'known') return;
    const { value } = decoded;
    if (value.mme === 'CM_SET_KEY.REQ') {
      this.#awake = after(this.#time.now, ms(answerDelay + this.#options.restart));
      this.#membership = { nmk: value.newKey.join(), since: after(this.#awake, this.#options.join) };
      const { myNonce, yourNonce, pid, prn } = value;
      this.#answer({
        mme: 'CM_SET_KEY.CNF', result: 1, myNonce: yourNonce, yourNonce: myNonce, pid, prn, pmn: 0xff, ccoCapability: 0,
      });
    }
    if (value.mme === 'VS_PL_LINK_STATUS.REQ') {
      this.#answer({ mme: 'VS_PL_LINK_STATUS.CNF', status: 0, linkStatus: Number(this.linked) });
    }
  }

  /** What the modem tells its host of a sound, twice as Qualcomm's do: in their own message, then in the standard's. */
  #measure(pevMac: string, attenuation: number): void {
    const { groups } = this.#options;
    const levels = Array.from({ length: groups }, (_, group) => level(attenuation + ripple * noise(groups, group)));
    this.#tell(BROADCAST, { mme: 'VS_ATTENUATION_CHARACTERISTICS.IND', pevMac, numGroups: groups, attenuation: levels });
    this.#tell(BROADCAST, { mme: 'CM_ATTEN_PROFILE.IND', pevMac, attenuation: levels });
  }

  #answer(mme: Mme): void {
    this.#time.schedule(() => this.#toHost(encodeMme(this.host, this.mac, mme)), answerDelay);
  }

  #tell(to: string, mme: Mme): void {
    this.#give(encodeMme(to, this.mac, mme));
  }

  #give(frame: Uint8Array): void {
    this.#time.schedule(() => this.#toHost(frame), ethernetDelay);
  }
}

const level = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** The low bit of the first octet. */
const isMulticast = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
