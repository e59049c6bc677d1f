import { expect, it } from 'vitest';
import { PartShelf } from './part.js';

it('opens a part once, also for those who ask at the same time', async () => {
  let opened = 0;
  const part = new PartShelf().part(async () => ++opened);
  expect(await Promise.all([part(), part()])).toEqual([1, 1]);
  expect(await part()).toBe(1);
});

it('opens again what was not there the first time', async () => {
  let tries = 0;
  const part = new PartShelf().part(async () => {
    tries += 1;
    if (tries === 1) throw new Error('away');
    return 'there';
  });
  await expect(part()).rejects.toThrow('away');
  expect(await part()).toBe('there');
});

it('closes what was opened, last opened first, and nothing else', async () => {
  const closed: string[] = [];
  const shelf = new PartShelf();
  const named = (name: string) => shelf.closing(async () => ({ close: async () => void closed.push(name) }));
  const [first, second] = [named('first'), named('second'), named('never asked for')];
  await first?.();
  await second?.();
  await shelf.close();
  await shelf.close();
  expect(closed).toEqual(['second', 'first']);
});
