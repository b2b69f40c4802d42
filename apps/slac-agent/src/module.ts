import type { BeforeApplicationShutdown, DynamicModule } from '@nestjs/common';
import { startSlacAgent } from './start.js';
import type { RunningAgent, SlacAgentOptions } from './start.js';

/** The running agent, to be injected. */
export const SLAC_AGENT = Symbol('slac-agent');
const LIFE = Symbol('slac-agent.life');

/** What a dynamic module is named after. */
export class SlacAgentModule {}

/** The agent as a module: it runs once the application context is there, and ends with it. */
export const slacAgentModule = (options: SlacAgentOptions): DynamicModule => ({
  module: SlacAgentModule,
  providers: [
    { provide: SLAC_AGENT, useFactory: () => startSlacAgent(options) },
    { provide: LIFE, inject: [SLAC_AGENT], useFactory: (agent: RunningAgent): BeforeApplicationShutdown => ({ beforeApplicationShutdown: () => agent.close() }) },
  ],
  exports: [SLAC_AGENT],
});
