import type { DynamicModule } from '@nestjs/common';
import { startV2gGateway } from './start.js';
import type { GatewayOptions, RunningGateway } from './start.js';

/** By this name the running gateway is injected. */
export const V2G_GATEWAY = Symbol('v2g-gateway');
const lifecycle = Symbol('v2g-gateway lifecycle');

/** A name for Nest; the rest is in the factory below. */
export class V2gGatewayModule {}

/** The gateway as a module: it starts with the application, and ends before it. */
export const v2gGatewayModule = (options: GatewayOptions): DynamicModule => ({
  module: V2gGatewayModule,
  providers: [
    { provide: V2G_GATEWAY, useFactory: () => startV2gGateway(options) },
    { provide: lifecycle, useFactory: (gateway: RunningGateway) => ({ beforeApplicationShutdown: () => gateway.close() }), inject: [V2G_GATEWAY] },
  ],
  exports: [V2G_GATEWAY],
});
