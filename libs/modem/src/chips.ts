import type { MmeOf } from '@pilotwire/homeplug';

/**
 * How the parameter block is read and written: with VS_MODULE_OPERATION (AR7400 and later), with VS_RD_MOD and
 * VS_WR_MOD (INT6000 to INT6400), or in no way that is known here.
 */
export type PibAccess = 'operation' | 'module' | 'none';

/** A modem that has answered. */
export interface FoundModem {
  /** As `00:b0:52:00:00:01`. */
  readonly mac: string;
  readonly vendor: 'qualcomm' | 'lumissil';
  /** E.g. `QCA7005`. */
  readonly chip: string;
  /** As the modem tells it, e.g. `MAC-QCA7005-1.1.0.730-04-20140815-CS`. */
  readonly firmware: string;
  /** On this end of the power line: it has answered the alias, which no other does. */
  readonly local: boolean;
  readonly access: PibAccess;
  /** People charge with modems of this type whose parameter block was written in the way that is used here. */
  readonly tried: boolean;
}

/** By VS_SW_VER's IDENT, for firmware that does not say its chip in its name. open-plc-utils, chipset.c */
const byIdent: ReadonlyMap<number, string> = new Map([
  [0x001b_587c, 'QCA7005'],
  [0x001b_589c, 'QCA7000'],
  [0x001b_58dc, 'QCA7000'],
  [0x001b_58ec, 'QCA6410'],
  [0x001b_58bc, 'QCA6411'],
  [0x001c_fcfc, 'QCA7420'],
]);

const byDeviceClass: ReadonlyMap<number, string> = new Map([
  [0x01, 'INT6000'],
  [0x02, 'INT6300'],
  [0x03, 'INT6400'],
  [0x04, 'AR7400'],
  [0x05, 'AR6405'],
  [0x07, 'QCA7450'],
  [0x20, 'QCA7420'],
  [0x21, 'QCA6410'],
  [0x22, 'QCA7000'],
  [0x30, 'QCA7500'],
]);

/** From here on modems know VS_MODULE_OPERATION. */
const AR7400 = 0x04;

/**
 * Seen with a parameter block of a car's or a charger's, which was written with open-plc-utils: QCA7000 in devolo's
 * module, QCA7005 in cars and on boards, QCA7420 in TP-Link's adapters.
 */
const tried: ReadonlySet<string> = new Set(['QCA7000', 'QCA7005', 'QCA7420']);

/** What a modem runs while it has no firmware, or no parameter block that it accepts. */
export const BOOT_LOADER = 'BootLoader';

export function qualcommModem(mac: string, cnf: MmeOf<'VS_SW_VER.CNF'>, local: boolean): FoundModem {
  const { version: firmware, ident, deviceClass } = cnf;
  const [, named] = /^MAC-([A-Z]+[0-9]{4})-/.exec(firmware) ?? [];
  const hex = deviceClass.toString(16).padStart(2, '0');
  const chip = named ?? byIdent.get(ident) ?? byDeviceClass.get(deviceClass) ?? `unknown (class 0x${hex})`;
  const access = deviceClass > 0 && deviceClass < AR7400 ? 'module' : 'operation';
  return { mac, vendor: 'qualcomm', chip, firmware, local, access, tried: tried.has(chip) };
}

export function lumissilModem(mac: string, cnf: MmeOf<'NSCM_GET_VERSION.CNF'>, local: boolean): FoundModem {
  const firmware = [cnf.versionMajor, cnf.versionMinor, cnf.versionPatch, cnf.versionBuild].join('.');
  return { mac, vendor: 'lumissil', chip: 'IS32CG5317', firmware, local, access: 'none', tried: false };
}
