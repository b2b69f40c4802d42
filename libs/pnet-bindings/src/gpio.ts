import { explained, PnetError } from './errors.js';
import { native } from './native.js';
import type { NativeLine } from './native.js';

/** The resistor at a line; as the board has it where none is named. */
export type Bias = 'pull-up' | 'pull-down' | 'disabled';

export interface GpioEdge {
  readonly edge: 'rising' | 'falling';
  /** How long ago it was, in milliseconds, by the kernel's time stamp. */
  readonly age: number;
  /** Counts the edges of this line from 1; a gap is edges that were lost. */
  readonly n: number;
}

export type GpioOptions = {
  /** Active is the low level: it turns values and edges round. Default false. */
  readonly activeLow?: boolean;
  readonly bias?: Bias;
} & (
  | {
      readonly direction: 'input';
      /** Which edges are told. Default none. */
      readonly edges?: 'rising' | 'falling' | 'both';
      readonly edge?: (edge: GpioEdge) => void;
    }
  | {
      readonly direction: 'output';
      /** From the start, so that nothing behind it is switched by accident. */
      readonly value: boolean;
    }
);

/** A line of a GPIO chip, held until it is closed. */
export interface GpioLine {
  /** Whether it is active. Throws `PnetError` closed. */
  get(): boolean;
  /** Makes an output active, or not. Throws `PnetError`: closed; failed for an input. */
  set(value: boolean): void;
  /** Lets go of the line. What it then is, the chip decides. May be called twice. */
  close(): void;
}

/**
 * Takes a line, such as 17 of `/dev/gpiochip0`. Throws `PnetError`: no-such-chip, not-a-chip, no-such-line, line-busy,
 * no-permission, not-built, not-linux.
 */
export function openGpioLine(chip: string, offset: number, options: GpioOptions): GpioLine {
  if (!Number.isInteger(offset) || offset < 0 || offset > 0xffff_ffff) throw new PnetError('no-such-line', `${chip}: no line has the number ${offset}`);
  const input = options.direction === 'input' ? options : {};
  const { edges, edge } = input as Extract<GpioOptions, { direction: 'input' }>;
  const { bias, activeLow = false } = options;
  let closed = false;
  const wish = {
    activeLow,
    rising: edges === 'rising' || edges === 'both',
    falling: edges === 'falling' || edges === 'both',
    ...(bias === undefined ? {} : { bias }),
    ...(options.direction === 'output' ? { drive: options.value } : {}),
  };
  const told = (direction: string, age: number, n: number): void => {
    // Several come at once, and the first may have closed the line.
    if (!closed) edge?.({ edge: direction as GpioEdge['edge'], age, n });
  };
  const subject = `line ${offset} of ${chip}`;
  const line = guarded(subject, () => native().GpioLine.open(chip, offset, wish, told)) as NativeLine;
  return {
    get: () => guarded(subject, () => line.get()),
    set: (value) => guarded(subject, () => line.set(value)),
    close() {
      closed = true;
      line.close();
    },
  };
}

function guarded<Result>(subject: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof PnetError) throw error;
    throw explained(error, subject, {
      'no-such-chip': () => 'there is no such GPIO chip; see ls /dev/gpiochip*',
      'not-a-chip': () => 'this is no GPIO chip',
      'line-busy': () => 'another program holds this line; see gpioinfo',
      'no-permission': () => 'the chip may not be opened: add the user to the group that owns it (gpio on Raspberry Pi OS)',
    });
  }
}
