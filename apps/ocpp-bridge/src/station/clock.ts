/** No station of this project is older: a clock that says so has not been set. */
const earliest = Date.UTC(2025, 0, 1);

/** Whether a clock of this machine, milliseconds since 1970, can be right. A board without a battery wakes up in 1970. */
export const isSet = (time: number): boolean => time >= earliest;
