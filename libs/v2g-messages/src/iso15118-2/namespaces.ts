import { namespace } from '@pilotwire/exi';

const options = { qualifiedAttributes: true } as const;

/** The four schema files of ISO 15118-2:2013. */
export const msgDef = namespace('urn:iso:15118:2:2013:MsgDef', options); // V2G_CI_MsgDef.xsd
export const msgHeader = namespace('urn:iso:15118:2:2013:MsgHeader', options); // V2G_CI_MsgHeader.xsd
export const msgBody = namespace('urn:iso:15118:2:2013:MsgBody', options); // V2G_CI_MsgBody.xsd
export const msgDataTypes = namespace('urn:iso:15118:2:2013:MsgDataTypes', options); // V2G_CI_MsgDataTypes.xsd
