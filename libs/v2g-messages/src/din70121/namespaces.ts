import { namespace } from '@pilotwire/exi';

/** The four schema files of DIN SPEC 70121:2012. */
export const msgDef = namespace('urn:din:70121:2012:MsgDef'); // V2G_CI_MsgDef.xsd
export const msgHeader = namespace('urn:din:70121:2012:MsgHeader'); // V2G_CI_MsgHeader.xsd
export const msgBody = namespace('urn:din:70121:2012:MsgBody'); // V2G_CI_MsgBody.xsd
export const msgDataTypes = namespace('urn:din:70121:2012:MsgDataTypes'); // V2G_CI_MsgDataTypes.xsd
