/** Values as people read them. */
const digits = (value: number, most: number): string => String(Number(value.toFixed(most)));

export const volts = (value: number): string => `${digits(value, 1)} V`;
export const amperes = (value: number): string => `${digits(value, 1)} A`;
export const kilowatts = (watts: number): string => `${digits(watts / 1_000, 1)} kW`;
/** The battery of a demonstration is small: what is less than 0.1 kWh is told in Wh. */
export const energy = (wattHours: number): string => (wattHours < 100 ? `${digits(wattHours, 1)} Wh` : `${(wattHours / 1_000).toFixed(2)} kWh`);
export const capacity = (wattHours: number): string => `${digits(wattHours / 1_000, 1)} kWh`;
export const percent = (value: number): string => `${digits(value, 1)} %`;
export const seconds = (value: number): string => (value < 60 ? `${digits(value, 1)} s` : `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`);

/** `14:03:27` where this machine is. */
export const clockTime = (at: string): string => new Date(at).toTimeString().slice(0, 8);
