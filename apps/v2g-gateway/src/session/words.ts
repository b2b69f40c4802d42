import type { Happening } from './happening.js';

const names = { agent: 'the agent', 'power-driver': 'the power devices', inlet: 'the inlet', 'sdp-port': 'SDP', 'tcp-port': 'TCP' } as const;

/** What of a happening is worth a line in the log. */
export function lineFor(happening: Happening): { readonly level: 'info' | 'warn'; readonly text: string } | undefined {
  switch (happening.kind) {
    case 'agent':
    case 'power-driver':
    case 'inlet':
    case 'sdp-port':
    case 'tcp-port': {
      const { kind, up, why } = happening;
      return up ? { level: 'info', text: `${names[kind]}: there` } : { level: 'warn', text: `${names[kind]}: ${why ?? 'gone'}` };
    }
    case 'plugged':
      return { level: 'info', text: `session ${happening.sessionId} begins` };
    case 'unplugged':
      return { level: 'info', text: 'the car has gone' };
    case 'end': {
      const { reason, by, phase, detail } = happening.end;
      return { level: 'info', text: `V2G ended in ${phase}: ${reason}, by ${by}${detail === undefined ? '' : ` (${detail})`}` };
    }
    case 'fault':
      return happening.present ? { level: 'warn', text: `fault: ${happening.fault}` } : { level: 'info', text: `mended: ${happening.fault}` };
    case 'warning':
      return { level: 'warn', text: `${happening.what}${happening.detail === undefined ? '' : `: ${happening.detail}`}` };
    default:
      return undefined;
  }
}
