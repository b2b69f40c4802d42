import { covers, matches, overlap } from '@pilotwire/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Router } from './router.js';
import type { Route } from './router.js';

const level = fc.constantFrom('a', 'b', '+');
const filter = fc.tuple(fc.array(level, { minLength: 1, maxLength: 3 }), fc.boolean()).map(([levels, open]) => [...levels, ...(open ? ['#'] : [])].join('/'));
const topics = ['a', 'b', 'a/a', 'a/b', 'b/a', 'a/a/b', 'b/b/b', 'a/b/a/b'];

test('whatever comes and goes: the broker is asked for the widest filters, none of which overlap, and each topic has its takers', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(filter, fc.boolean()), { maxLength: 30 }), (steps) => {
      const router = new Router(() => undefined);
      const standing: Route[] = [];
      const heard: Route[] = [];
      // What a broker has been asked for by somebody who looks at what changed alone.
      const asked = new Set<string>();
      const changed = (filters: readonly string[]): void => {
        for (const one of filters) if (router.filters.has(one)) asked.add(one);
        else asked.delete(one);
      };
      for (const [wanted, leaves] of steps) {
        if (leaves && standing.length > 0) changed(router.remove(standing.splice(steps.length % standing.length, 1)[0] as Route));
        const route: Route = { filter: wanted, retain: false, take: () => void heard.push(route) };
        const refused = standing.some((one) => overlap(one.filter, wanted) && !covers(one.filter, wanted) && !covers(wanted, one.filter)
          && !standing.some((wide) => covers(wide.filter, one.filter) && wide.filter !== one.filter));
        if (refused) expect(() => router.add(route)).toThrow('share topics');
        else {
          changed(router.add(route));
          standing.push(route);
        }
        const filters = [...new Set(standing.map((one) => one.filter))];
        expect([...router.filters].toSorted()).toEqual(filters.filter((one) => !filters.some((other) => other !== one && covers(other, one))).toSorted());
        expect(asked).toEqual(router.filters);
        for (const topic of topics) {
          heard.length = 0;
          router.take({ topic, payload: '1', retained: false, repeated: false });
          expect(new Set(heard)).toEqual(new Set(standing.filter((one) => matches(one.filter, topic))));
        }
      }
    }),
    { seed: 3, numRuns: 300 },
  );
});
