import { namespace } from '@pilotwire/exi';

/** The six schema files of ISO 15118-20:2022. Attributes are qualified in all of them. */
const qualified = { qualifiedAttributes: true };
export const commonTypes = namespace('urn:iso:std:iso:15118:-20:CommonTypes', qualified); // V2G_CI_CommonTypes.xsd
export const commonMessages = namespace('urn:iso:std:iso:15118:-20:CommonMessages', qualified); // V2G_CI_CommonMessages.xsd
export const dc = namespace('urn:iso:std:iso:15118:-20:DC', qualified); // V2G_CI_DC.xsd
export const ac = namespace('urn:iso:std:iso:15118:-20:AC', qualified); // V2G_CI_AC.xsd
export const acdp = namespace('urn:iso:std:iso:15118:-20:ACDP', qualified); // V2G_CI_ACDP.xsd
export const wpt = namespace('urn:iso:std:iso:15118:-20:WPT', qualified); // V2G_CI_WPT.xsd
