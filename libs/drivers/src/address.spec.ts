import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adcAddress, AddressError, lineAddress, pilotAddress } from './address.js';

test('addresses are read as people write them', () => {
  expect(pilotAddress('sysfs:pwmchip2/1')).toEqual({ kind: 'sysfs', pwm: { chip: 'pwmchip2', channel: 1 } });
  expect(pilotAddress('serial:/dev/serial/by-id/usb-Espressif_1-if00')).toEqual({ kind: 'serial', path: '/dev/serial/by-id/usb-Espressif_1-if00' });
  expect(pilotAddress('mqtt')).toEqual({ kind: 'mqtt' });
  expect(adcAddress('ads1015/voltage0')).toEqual({ device: 'ads1015', channel: 'voltage0' });
  expect(adcAddress('iio:device1/voltage0-voltage1')).toEqual({ device: 'iio:device1', channel: 'voltage0-voltage1' });
  expect(lineAddress('gpiochip0/17')).toEqual({ chip: '/dev/gpiochip0', offset: 17 });
  expect(lineAddress('gpiochip4/5 low pull-up')).toEqual({ chip: '/dev/gpiochip4', offset: 5, activeLow: true, bias: 'pull-up' });
});

test('what is none is refused, and said what one looks like', () => {
  const wrong = ['', 'sysfs', 'sysfs:pwmchip0', 'sysfs:../../x/0', 'serial:ttyACM0', 'serial:/dev/../etc/passwd', 'mqtt:x', 'MQTT'];
  for (const text of wrong) expect(() => pilotAddress(text)).toThrow(/is no address: it looks like sysfs:pwmchip0\/0, serial/);
  for (const text of ['ads1015', '../x/voltage0', 'a/b/voltage0', 'ads1015/current0']) expect(() => adcAddress(text)).toThrow(AddressError);
  for (const text of ['17', 'gpiochip0/17 high', 'gpiochip0/17 pull-up low', '/dev/mem/3']) expect(() => lineAddress(text)).toThrow(AddressError);
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      for (const read of [pilotAddress, adcAddress, lineAddress]) expect(() => read(`${text}!`)).toThrow(AddressError);
    }),
    { seed: 1 },
  );
});
