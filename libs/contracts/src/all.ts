import type { AnyCommand } from './command.js';
import type { AnyContract } from './contract.js';
import { commands } from './evse-commands.js';
import {
  availability, limit, pilot, session, slac, slacFrames, state, telemetry, telemetryBatch, v2gFrames,
} from './evse-topics.js';
import { events } from './events.js';
import { homeAssistantDevice, homeAssistantLimit, homeAssistantState, homeAssistantStop } from './home-assistant.js';
import { hardware } from './hardware-topics.js';
import { journalHead, replay, role, sendAgain, serviceHealth, serviceInfo, serviceStatus } from './process.js';
import { stationCommands } from './station-commands.js';
import { cost, deadLetters, ocppDataTransfer, ocppMessage, ocppState, stationConfig } from './station-topics.js';

export const allCommands: readonly AnyCommand[] = [replay, role, sendAgain, ...Object.values(commands), ...Object.values(stationCommands)];

/** Every topic there is. What is not in this list is not published. */
export const allContracts: readonly AnyContract[] = [
  serviceStatus, serviceInfo, serviceHealth, journalHead,
  pilot, state, slac, session, telemetry, telemetryBatch, slacFrames, v2gFrames, limit, availability, cost,
  ocppState, ocppMessage, deadLetters, ocppDataTransfer, stationConfig,
  homeAssistantDevice, homeAssistantState, homeAssistantStop, homeAssistantLimit,
  ...Object.values(hardware),
  ...Object.values(events),
  ...allCommands.flatMap(({ request, result }) => [request, result]),
];
