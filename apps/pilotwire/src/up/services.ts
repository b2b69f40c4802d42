import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Settings } from '@pilotwire/configuration';
import type { Outlet } from '@pilotwire/outlet';
import { memoryPair } from '@pilotwire/pair';
import type { Clock } from '@pilotwire/runtime';
import { slacAgentModule } from '@pilotwire/slac-agent';
import { v2gGatewayModule } from '@pilotwire/v2g-gateway';
import { version } from '../project.js';

export interface EndOptions {
  readonly settings: Settings;
  readonly outlet: Outlet;
  readonly clock: Clock;
  readonly write: (line: string) => void;
}

/** Agent and gateway of one end of the cable, who meet in this process. */
export function endOfCable({ settings, outlet, clock, write }: EndOptions): DynamicModule[] {
  const { agent, gateway } = memoryPair(clock);
  const common = { version: version(), outlet, write, clock };
  return [
    v2gGatewayModule({ ...common, settings, pair: gateway }),
    // One port of health is for one service.
    slacAgentModule({ ...common, settings: { ...settings, 'health.port': 0 }, pair: agent }),
  ];
}

/** What Nest names the whole after. */
class Services {}

/** Starts services in one application context; `close` ends each in order. Rejects with what the first of them throws. */
export function startServices(imports: DynamicModule[]): Promise<{ close(): Promise<void> }> {
  return NestFactory.createApplicationContext({ module: Services, imports }, { logger: false, abortOnError: false });
}
