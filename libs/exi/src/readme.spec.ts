import { expect, test } from 'vitest';
import { codec, enumeration, type Infer, integer, namespace, optional, schemaSet, short } from './index.js';

test('the example of the README works', () => {
  const types = namespace('urn:example');
  const Measured = types.complex('MeasuredType', {
    Multiplier: integer(-3, 3),
    Unit: optional(enumeration('V', 'A')),
    Value: short,
  });
  const Reading = types.element('Reading', Measured);
  const reading = codec<{ readonly Reading: Infer<typeof Reading> }>(schemaSet('example', [Reading]));
  const message = { Reading: { Multiplier: 0, Unit: 'V', Value: 400 } } as const;
  expect(reading.decode(reading.encode(message))).toEqual({ value: message, anomalies: [] });
});
