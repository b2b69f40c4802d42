export { allCommands, allContracts } from './all.js';
export { command, commandCodes, statusOf } from './command.js';
export type { AnyCommand, Command, CommandCode, CommandDeclaration, CommandResult } from './command.js';
export { contract, ContractError } from './contract.js';
export type { AnyContract, Contract, Declaration, Output, ParamsOf, PayloadOf, Readable, Reading, Schema, TopicOf } from './contract.js';
export { asyncApi, mosquittoAcl, schemaOf, topicsPage } from './describe.js';
export type { Json } from './describe.js';
export { event, everyEvent } from './event.js';
export type { AnyEvent, DataOf, EventContract, EventDeclaration } from './event.js';
export { anyEvent, events } from './events.js';
export type { EventType } from './events.js';
export { commands } from './evse-commands.js';
export {
  availability, limit, pilot, session, slac, slacFrames, state, telemetry, telemetryBatch, v2gFrames,
} from './evse-topics.js';
export { hardware } from './hardware-topics.js';
export { homeAssistantDevice, homeAssistantLimit, homeAssistantState, homeAssistantStatus, homeAssistantStop } from './home-assistant.js';
export { journalHead, replay, role, sendAgain, serviceHealth, serviceInfo, serviceStatus } from './process.js';
export { blockingFaults, modes, services } from './services.js';
export { stationCommands } from './station-commands.js';
export { cost, deadLetters, ocppDataTransfer, ocppMessage, ocppState, stationConfig, tokenTypes } from './station-topics.js';
export type { Mode, Service } from './services.js';
export { covers, filterFor, matches, namePattern, overlap, paramsOf, TopicError, topicFor } from './topic.js';
export type { Params, Wildcards } from './topic.js';
