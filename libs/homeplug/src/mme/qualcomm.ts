import type { Owner } from '@pilotwire/wire';
import {
  bytes, bytesOf, le16, le32, le64, mac, padding, reserved, rest, sized, sizedBytes, sizedText, struct, tail, text, u8, when,
} from '@pilotwire/wire';
import { mme, qualcomm } from './declare.js';

/* Messages of Qualcomm Atheros modems (INT6000 to QCA7420 and QCA7005) to and from their host. `status` 0 is success. */

const header = { header: qualcomm };
const status = u8;
const succeeded = ({ status }: Owner): boolean => status === 0;

/** A broadcast is answered by every modem in the network. */
export const VsSwVerReq = mme('VS_SW_VER.REQ', 0xa000, { cookie: tail(le32) }, header);

/**
 * `deviceClass` 0x20 is a QCA7420, 0x22 a QCA7000 or QCA7005; `ident` 0x001b587c a QCA7005, 0x001b589c a QCA7000,
 * 0x001cfcfc a QCA7420.
 */
export const VsSwVerCnf = mme('VS_SW_VER.CNF', 0xa001, {
  status,
  deviceClass: u8,
  version: sizedText(254),
  ident: le32,
  stepping: le32,
  cookie: le32,
  /** Meaning unknown. */
  more: tail(bytes(8)),
}, header);

export const VsRsDevReq = mme('VS_RS_DEV.REQ', 0xa01c, {}, header);
export const VsRsDevCnf = mme('VS_RS_DEV.CNF', 0xa01d, { status }, header);

/** Module ids of the older messages. */
export const MODULE_MAC = 1;
export const MODULE_PIB = 2;

/** `length` at most 1024 octets; `checksum` as `xorChecksum32` of `data`. */
export const VsWrModReq = mme('VS_WR_MOD.REQ', 0xa020, {
  moduleId: u8,
  reserved: reserved(1),
  length: le16,
  offset: le32,
  checksum: le32,
  data: bytesOf('length'),
}, header);

export const VsWrModCnf = mme('VS_WR_MOD.CNF', 0xa021, {
  status,
  moduleId: u8,
  reserved: reserved(1),
  length: le16,
  offset: le32,
}, header);

export const VsRdModReq = mme('VS_RD_MOD.REQ', 0xa024, {
  moduleId: u8,
  access: u8,
  length: le16,
  offset: le32,
  secret: tail(bytes(16)),
}, header);

export const VsRdModCnf = mme('VS_RD_MOD.CNF', 0xa025, {
  status,
  reserved: reserved(3),
  moduleId: u8,
  reserved2: reserved(1),
  length: le16,
  offset: le32,
  checksum: le32,
  data: when(succeeded, bytesOf('length')),
}, header);

/** Commits what was written. */
export const VsModNvmReq = mme('VS_MOD_NVM.REQ', 0xa028, { moduleId: u8 }, header);
export const VsModNvmCnf = mme('VS_MOD_NVM.CNF', 0xa029, { status }, header);

/** `control` 0 off, 1 on, 2 no change. */
export const VsSnifferReq = mme('VS_SNIFFER.REQ', 0xa034, { control: u8, reserved: reserved(4) }, header);

/** `status` 0x10 is invalid. */
export const VsSnifferCnf = mme('VS_SNIFFER.CNF', 0xa035, { status, state: u8, destination: mac }, header);

/** One frame control heard on the line; the rest of the message follows it. */
export const VsSnifferInd = mme('VS_SNIFFER.IND', 0xa036, {
  type: u8,
  direction: u8,
  systemTime: le64,
  beaconTime: le32,
  frameControl: rest,
}, header);

/** EVerest recognises a Qualcomm modem by the answer. */
export const VsOpAttributesReq = mme('VS_OP_ATTRIBUTES.REQ', 0xa068, { cookie: le32, reportType: u8 }, header);

const binary = ({ reportType }: Owner): boolean => reportType === 0;

/**
 * What the modem is. VS_SW_VER writes the same version as major.minor.pib.build-patch (seen: 1.1.0.727-02 of a QCA7000,
 * 2022). Modems send 1053 octets, zeros at the end.
 */
export const VsOpAttributesCnf = mme('VS_OP_ATTRIBUTES.CNF', 0xa069, {
  status: le16,
  cookie: le32,
  reportType: u8,
  attributes: when(binary, sized(le16, struct({
    hardware: text(16),
    software: text(16),
    versionMajor: le32,
    versionMinor: le32,
    versionPib: le32,
    versionPatch: le32,
    versionBuild: le32,
    buildDate: text(8),
    releaseType: text(12),
    /** Memory, line frequency and more; layout uncertain. */
    more: rest,
  }))),
  report: when((owner) => !binary(owner), sizedBytes(le16)),
  padding,
}, header);

export const VsPlLinkStatusReq = mme('VS_PL_LINK_STATUS.REQ', 0xa0b8, {}, header);

/** `linkStatus` 1: the modem is in a network. */
export const VsPlLinkStatusCnf = mme('VS_PL_LINK_STATUS.CNF', 0xa0b9, { status, linkStatus: u8 }, header);
