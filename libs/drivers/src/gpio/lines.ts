/** A line of a GPIO chip: `/dev/gpiochip0`, and its offset there. */
export interface LineAddress {
  readonly chip: string;
  readonly offset: number;
  /** The line is active while its pin is low. */
  readonly activeLow?: boolean;
}

export interface InputAddress extends LineAddress {
  /** As the board has it where this is left out. */
  readonly bias?: 'pull-up' | 'pull-down' | 'disabled';
}

export interface InputLine {
  /** Whether it is active. Throws where the line is gone. */
  get(): boolean;
  close(): void;
}

export interface OutputLine {
  /** Throws where the line is gone. */
  set(active: boolean): void;
  close(): void;
}

/**
 * GPIO as the drivers need it: the character device of Linux. Both throw an error whose message says what is wrong with the
 * chip or the line. What a pin does once nobody holds its line any more, the kernel leaves to the chip.
 */
export interface GpioLines {
  output(address: LineAddress, active: boolean): OutputLine;
  /** `onEdge` is told of every change, in a turn of its own. */
  input(address: InputAddress, onEdge: () => void): InputLine;
}
