import type { Mme, MmeOf } from '@pilotwire/homeplug';
import { BROADCAST, decodeMme, encodeMme, isPibError, LOCAL_MODEM, MODULE_BLOCK, openPib, readPib } from '@pilotwire/homeplug';
import type { Duration, Timeline } from '@pilotwire/machine';
import { ms, seconds } from '@pilotwire/machine';
import { xorChecksum32 } from '@pilotwire/wire';

export interface EmulatedOptions {
  readonly mac: string;
  /** The parameter block in its flash: in a container, or bare for `module`. */
  readonly pib: Uint8Array;
  readonly version?: string;
  readonly deviceClass?: number;
  readonly ident?: number;
  readonly access?: 'operation' | 'module';
  /** Beyond the power line: the alias does not reach it. */
  readonly remote?: boolean;
  /** What is written waits for the close (`staged`), or is in the flash at once. */
  readonly flash?: 'staged' | 'direct';
  /** Runs a block whose checksum does not hold, where others stay in their boot loader. */
  readonly careless?: boolean;
  readonly restart?: Duration;
  /** Loses its power when this many records have been written to it, counted over its life. */
  readonly powerCutAt?: number;
  /** And is without it for this long. */
  readonly powerCut?: Duration;
  /** Of its answers to VS_RD_MOD.REQ so many have a wrong checksum. */
  readonly wrongChecksums?: number;
  /** Changes what it is given: returns what it keeps of an image. */
  readonly keeps?: (image: Uint8Array, commits: number) => Uint8Array;
  /** Does not know what it is asked to open. */
  readonly refuses?: boolean;
  readonly linked?: boolean;
  /** What it says to a key. */
  readonly keyResult?: number;
}

interface Session {
  readonly id: number;
  readonly checksum: number;
  readonly octets: Uint8Array;
  received: number;
}

type Operation = NonNullable<MmeOf<'VS_MODULE_OPERATION.REQ'>['operations']>[number];
type Answer = NonNullable<MmeOf<'VS_MODULE_OPERATION.CNF'>['operations']>[number];
const NO_SESSION = 0x10;
const BAD_IMAGE = 0x30;
const answerDelay = ms(1);

/** A Qualcomm modem as its host sees it, with flash, working memory and power. It lives on any timeline. */
export class EmulatedModem {
  readonly #time: Timeline;
  readonly #options: EmulatedOptions;
  readonly #send: (frame: Uint8Array) => void;
  #flash: Uint8Array;
  /** What it works with, and tells when it is asked for its block. */
  #running: Uint8Array = new Uint8Array(0);
  #boots = true;
  mac = '';
  #session: Session | undefined;
  #scratch = new Uint8Array(0);
  /** Counts power cuts and restarts: what was to happen before one does not happen after it. */
  #life = 0;
  #awake = true;
  #records = 0;
  #commits = 0;
  key: Uint8Array | undefined;
  restarts = 0;

  constructor(time: Timeline, options: EmulatedOptions, send: (frame: Uint8Array) => void) {
    this.#time = time;
    this.#options = options;
    this.#send = send;
    this.#flash = options.pib.slice();
    this.#boot();
  }

  get flash(): Uint8Array {
    return this.#flash;
  }

  get commits(): number {
    return this.#commits;
  }

  get records(): number {
    return this.#records;
  }


  /** A frame from the host's side. */
  hear(frame: Uint8Array): void {
    const decoded = decodeMme(frame);
    if (!this.#awake || decoded.kind !== 'known') return;
    const { destination: to, source: host, value } = decoded;
    const alias = to === LOCAL_MODEM && this.#options.remote !== true;
    if (!alias && to !== this.mac && to !== BROADCAST) return;
    const life = this.#life;
    const answer = this.#boots ? this.#answer(value) : this.#bootLoader(value);
    if (answer === undefined) return;
    // A power cut also takes the answer that is on its way.
    this.#time.schedule(() => life === this.#life && this.#send(encodeMme(host, this.mac, answer)), answerDelay);
  }

  /** Takes what is in the flash to work with. */
  #boot(): void {
    this.#running = this.#flash.slice();
    const good = whole(this.#running);
    this.#boots = good || this.#options.careless === true;
    this.mac = (good ? readPib(this.#running).mac : undefined) ?? this.#options.mac;
  }

  #bootLoader(mme: Mme): Mme | undefined {
    return mme.mme === 'VS_SW_VER.REQ' ? this.#version('BootLoader') : undefined;
  }

  #version(version: string): Mme {
    const { deviceClass = 0x22, ident = 0x001b_587c } = this.#options;
    return { mme: 'VS_SW_VER.CNF', status: 0, deviceClass, version, ident, stepping: 0, cookie: 0 };
  }

  #answer(mme: Mme): Mme | undefined {
    const { version = 'MAC-QCA7005-1.1.0.730-04-20140815-CS', access = 'operation', linked = false, keyResult = 1 } = this.#options;
    switch (mme.mme) {
      case 'VS_SW_VER.REQ':
        return this.#version(version);
      case 'VS_PL_LINK_STATUS.REQ':
        return { mme: 'VS_PL_LINK_STATUS.CNF', status: 0, linkStatus: Number(linked) };
      case 'CM_SET_KEY.REQ':
        this.key = mme.newKey;
        return { mme: 'CM_SET_KEY.CNF', result: keyResult, myNonce: mme.yourNonce, yourNonce: mme.myNonce, pid: 4, prn: 0, pmn: 0xff, ccoCapability: 0 };
      case 'VS_RS_DEV.REQ':
        this.#restart(ms(200));
        return { mme: 'VS_RS_DEV.CNF', status: 0 };
      case 'VS_MODULE_OPERATION.REQ':
        return access === 'operation' ? this.#operate(mme.operations[0]) : undefined;
      case 'VS_RD_MOD.REQ':
        return access === 'module' ? this.#readRecord(mme) : undefined;
      case 'VS_WR_MOD.REQ':
        return access === 'module' ? this.#writeRecord(mme) : undefined;
      case 'VS_MOD_NVM.REQ':
        return access === 'module' ? this.#commitScratch() : undefined;
      default:
        return undefined;
    }
  }

  #operate(operation: Operation | undefined): Mme | undefined {
    const done = (answer: Answer): Mme => ({ mme: 'VS_MODULE_OPERATION.CNF', status: 0, error: 0, operations: [answer] });
    const refused = (status: number): Mme => ({ mme: 'VS_MODULE_OPERATION.CNF', status, error: 0, echo: new Uint8Array(20) });
    switch (operation?.op) {
      case 'read-ram': {
        const data = this.#running.slice(operation.offset, operation.offset + Math.min(operation.length, MODULE_BLOCK));
        return done({ ...operation, length: data.length, data });
      }
      case 'start': {
        const [module] = operation.modules;
        if (this.#options.refuses === true || module === undefined) return refused(NO_SESSION);
        this.#session = { id: operation.session, checksum: module.checksum, octets: new Uint8Array(module.length), received: 0 };
        return done({ op: 'start', session: operation.session, modules: operation.modules });
      }
      case 'write': {
        const session = this.#session;
        if (session?.id !== operation.session) return refused(NO_SESSION);
        if (this.#options.flash === 'direct') this.#burn(operation.offset, operation.data);
        if (this.#counted()) return undefined;
        session.octets.set(operation.data, operation.offset);
        session.received = Math.max(session.received, operation.offset + operation.data.length);
        const { data: _, ...echo } = operation;
        return done(echo);
      }
      case 'close': {
        const session = this.#session;
        this.#session = undefined;
        if (session?.id !== operation.session) return refused(NO_SESSION);
        if (xorChecksum32(session.octets) !== session.checksum || session.received < session.octets.length) return refused(BAD_IMAGE);
        this.#commit(session.octets);
        return done({ ...operation, modules: [{ status: 0, error: 0 }] });
      }
      default:
        return undefined;
    }
  }

  #readRecord({ moduleId, length, offset }: MmeOf<'VS_RD_MOD.REQ'>): Mme {
    const data = new Uint8Array(length);
    data.set(this.#running.subarray(offset, offset + length));
    const wrong = (this.#wrong ??= this.#options.wrongChecksums ?? 0) > 0;
    if (wrong) this.#wrong--;
    return { mme: 'VS_RD_MOD.CNF', status: 0, moduleId, length, offset, checksum: (xorChecksum32(data) ^ Number(wrong)) >>> 0, data };
  }
  #wrong: number | undefined;

  #writeRecord({ moduleId, length, offset, checksum, data }: MmeOf<'VS_WR_MOD.REQ'>): Mme | undefined {
    const answer = { mme: 'VS_WR_MOD.CNF', status: 0, moduleId, length, offset } as const;
    if (xorChecksum32(data) !== checksum) return { ...answer, status: 1 };
    const scratch = new Uint8Array(Math.max(this.#scratch.length, offset + length));
    scratch.set(this.#scratch);
    scratch.set(data, offset);
    this.#scratch = scratch;
    return this.#counted() ? undefined : answer;
  }

  #commitScratch(): Mme {
    const good = whole(this.#scratch);
    if (good) {
      this.#commit(this.#scratch);
      this.#restart(ms(200));
    }
    return { mme: 'VS_MOD_NVM.CNF', status: Number(!good) };
  }

  #commit(image: Uint8Array): void {
    this.#commits++;
    this.#flash = this.#options.keeps?.(image, this.#commits) ?? image.slice();
  }

  #burn(offset: number, data: Uint8Array): void {
    this.#flash = this.#flash.slice();
    this.#flash.set(data.subarray(0, this.#flash.length - offset), offset);
  }

  /** Counts a record; true where the power goes with it. */
  #counted(): boolean {
    if (++this.#records !== this.#options.powerCutAt) return false;
    this.#down(this.#options.powerCut ?? seconds(8));
    return true;
  }

  #restart(delay: Duration): void {
    const life = this.#life;
    this.#time.schedule(() => life === this.#life && this.#down(this.#options.restart ?? seconds(6)), delay);
  }

  #down(time: Duration): void {
    const life = ++this.#life;
    this.#awake = false;
    this.#session = undefined;
    this.#scratch = new Uint8Array(0);
    this.#time.schedule(() => {
      if (life !== this.#life) return;
      this.restarts++;
      this.#boot();
      this.#awake = true;
    }, time);
  }
}

function whole(image: Uint8Array): boolean {
  try {
    openPib(image);
    return true;
  } catch (error) {
    if (isPibError(error)) return false;
    throw error;
  }
}
