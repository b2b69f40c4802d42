import type { DynamicModule } from '@nestjs/common';
import { startOcppBridge } from './start.js';
import type { BridgeOptions, RunningBridge } from './start.js';

/** By this name the running bridge is injected. */
export const OCPP_BRIDGE = Symbol('ocpp-bridge');
const lifecycle = Symbol('ocpp-bridge lifecycle');

/** A name for Nest; the rest is in the factory below. */
export class OcppBridgeModule {}

/** The bridge as a module: it starts with the application, and ends before it. */
export const ocppBridgeModule = (options: BridgeOptions): DynamicModule => ({
  module: OcppBridgeModule,
  providers: [
    { provide: OCPP_BRIDGE, useFactory: () => startOcppBridge(options) },
    { provide: lifecycle, useFactory: (bridge: RunningBridge) => ({ beforeApplicationShutdown: () => bridge.close() }), inject: [OCPP_BRIDGE] },
  ],
  exports: [OCPP_BRIDGE],
});
