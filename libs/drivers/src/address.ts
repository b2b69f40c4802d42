import type { InputAddress } from './gpio/lines.js';
import type { AdcAddress } from './sysfs/adc-input.js';
import type { PwmAddress } from './sysfs/pwm-output.js';

/** Where a pilot is, as people write it. */
export type PilotAddress =
  | { readonly kind: 'sysfs'; readonly pwm: PwmAddress }
  | { readonly kind: 'serial'; readonly path: string }
  | { readonly kind: 'mqtt' };

/** Text that is no address; the message says what one looks like. */
export class AddressError extends Error {
  override readonly name = 'AddressError';

  constructor(text: string, like: string) {
    super(`${JSON.stringify(text.slice(0, 80))} is no address: it looks like ${like}`);
  }
}

/** `sysfs:pwmchip0/0`, `serial:/dev/ttyACM0` or `mqtt`. Throws `AddressError`. */
export function pilotAddress(text: string): PilotAddress {
  if (text === 'mqtt') return { kind: 'mqtt' };
  const pwm = /^sysfs:(pwmchip\d{1,4})\/(\d{1,3})$/.exec(text);
  if (pwm !== null) return { kind: 'sysfs', pwm: { chip: pwm[1] as string, channel: Number(pwm[2]) } };
  const serial = /^serial:(\/dev\/[\w./:+-]{1,200})$/.exec(text);
  if (serial !== null && !text.includes('..')) return { kind: 'serial', path: serial[1] as string };
  throw new AddressError(text, 'sysfs:pwmchip0/0, serial:/dev/ttyACM0 or mqtt');
}

/** `ads1015/voltage0`, or `iio:device0/voltage0`. Throws `AddressError`. */
export function adcAddress(text: string): AdcAddress {
  const found = /^([\w:.-]{1,64})\/(voltage\d{1,3}(?:-voltage\d{1,3})?)$/.exec(text);
  if (found === null) throw new AddressError(text, 'ads1015/voltage0 or iio:device0/voltage0');
  return { device: found[1] as string, channel: found[2] as string };
}

/** `gpiochip0/17`, with `low` where it is active while its pin is low, and a bias: `gpiochip0/5 low pull-up`. Throws `AddressError`. */
export function lineAddress(text: string): InputAddress {
  const found = /^(gpiochip\d{1,3})\/(\d{1,3})( low)?(?: (pull-up|pull-down|disabled))?$/.exec(text);
  if (found === null) throw new AddressError(text, 'gpiochip0/17, gpiochip0/17 low or gpiochip0/5 low pull-up');
  const [, chip, offset, low, bias] = found;
  return {
    chip: `/dev/${chip}`, offset: Number(offset), ...(low !== undefined && { activeLow: true }), ...(bias !== undefined && { bias: bias as NonNullable<InputAddress['bias']> }),
  };
}
