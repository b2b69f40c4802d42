export type { Channel, Listener, Open, Status } from './channel.js';
export type {
  HandAnswer, HandOrder, InletCommand, InletSample, LoadOrder, Modem, Outlet, PilotOrder, PilotSample, VehicleReading,
} from './ports.js';
