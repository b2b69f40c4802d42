import { startBroker } from '@pilotwire/bus';

/** The embedded broker in a process of its own, to be killed: its port comes by the environment, its address goes to the parent. */
const { url } = await startBroker({ port: Number(process.env['PORT'] ?? 0) });
process.send?.(url);
