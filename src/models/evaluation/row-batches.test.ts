import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowBatches } from './row-batches.js';

test('every row is in one batch, widest first, within the limits', () => {
  const limits = fc.record({ rows: fc.integer({ min: 1, max: 8 }), cells: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 60 }), limits, (widths, { rows, cells }) => {
      const batches = [...rowBatches(widths, { rows, cells })];
      const order = batches.flat();
      expect([...order].sort((a, b) => a - b)).toEqual(widths.map((_, place) => place));
      const sorted = order.map((place) => Math.max(1, widths[place] as number));
      expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
      for (const batch of batches) {
        const widest = Math.max(1, ...batch.map((place) => widths[place] as number));
        expect(batch.length).toBeLessThanOrEqual(rows);
        if (batch.length > 1) expect(batch.length * widest).toBeLessThanOrEqual(cells);
      }
    }),
  );
});
