import { expect, it } from 'vitest';
import { eventually } from '../../tests/support/eventually.js';
import { FakeReplicas } from '../../tests/support/fake-replicas.js';
import { HunchError, UnavailableError } from '../domain/errors.js';
import { modelVersion } from '../domain/ids.js';
import { CanaryLoader } from './canary-loader.js';

const [CHAMPION, CANARY] = [modelVersion('v1'), modelVersion('v2')];
const LOADED = { model: 'POPULAR', version: CANARY };

function setting() {
  const models = new FakeReplicas();
  const errors: unknown[] = [];
  const loader = new CanaryLoader({ models, onError: (error) => errors.push(error) });
  /** Looks once, and waits until what it began is done. */
  const look = async (canary: typeof CANARY | null = CANARY): Promise<void> => {
    loader.look('POPULAR', canary);
    await new Promise(setImmediate);
  };
  return { models, errors, look };
}

it('loads the canary on a replica that came without it, and on no other', async () => {
  const { models, look } = setting();
  models.add('http://a', CHAMPION).extra.add(CANARY);
  const restarted = models.add('http://b', CHAMPION);
  const away = models.add('http://c', CHAMPION);
  away.ready = false;
  await look(null);
  expect(models.loads).toEqual([]);
  await look();
  await look();
  expect(models.loads).toEqual([LOADED]);
  expect(restarted.extra.has(CANARY)).toBe(true);
  away.ready = true;
  await look();
  expect(away.extra.has(CANARY)).toBe(true);
  // A restart between two health checks shows only in the versions.
  restarted.extra.clear();
  await look();
  expect(restarted.extra.has(CANARY)).toBe(true);
  expect(models.loads).toHaveLength(3);
});

it('leaves servers alone that do not tell their versions', async () => {
  const { models, look } = setting();
  models.add('http://stock');
  await look();
  expect(models.loads).toEqual([]);
});

it('asks a replica that refuses once, and one that is away again; one does not hold up the other', async () => {
  const { models, errors, look } = setting();
  const [refusing, other] = [models.add('http://a', CHAMPION), models.add('http://b', CHAMPION)];
  let fault: HunchError | null = new HunchError('INVALID_MODEL', 'this model is broken');
  const asked: (string | undefined)[] = [];
  const load = models.loadVersion.bind(models);
  models.loadVersion = async (model, version, urls) => {
    asked.push(...(urls ?? [undefined]));
    if (urls?.includes(refusing.url) && fault !== null) throw fault;
    await load(model, version, urls);
  };
  await look();
  await look();
  expect(asked).toEqual(['http://a', 'http://b']);
  expect(other.extra.has(CANARY)).toBe(true);
  expect(errors).toEqual([fault]);
  // It was away and is back: a new process may take what the old one refused.
  refusing.ready = false;
  await look();
  refusing.ready = true;
  fault = new UnavailableError('the connection was cut');
  await look();
  fault = null;
  await eventually(async () => {
    await look();
    return refusing.extra.has(CANARY);
  });
});
