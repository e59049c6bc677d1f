import type { Benchmark } from './benchmark.js';
import { compare } from './compare.js';
import { HunchService } from './hunch-service.js';
import { startProgram } from './start-program.js';
import type { WatchedProcess } from './watched-process.js';

/** Milliseconds from the start of a process to its line `READY …`; ends it again. */
async function timeToReady(start: () => WatchedProcess | Promise<WatchedProcess>): Promise<number> {
  const started = performance.now();
  const child = await start();
  await child.waitFor(/^READY /m);
  const milliseconds = performance.now() - started;
  await child.stop();
  return milliseconds;
}

export const startupBenchmark: Benchmark = {
  name: 'startup',
  description:
    'From the start of the process to ready: `hunch serve` on the trained sample beside a bare Apollo server of one field.',
  results: ['startup.serve'],
  async run(options) {
    const { quick, signal, progress } = options;
    const service = new HunchService(options);
    try {
      await service.prepareSample();
      await service.startPredictors();
      const result = await compare({
        name: 'startup.serve',
        unit: 'ms',
        yardstickName: 'apollo-bare',
        rounds: quick ? 3 : 9,
        ours: () => timeToReady(async () => (await service.serve()).process),
        yardstick: () => timeToReady(() => startProgram('constant-server', [], options)),
        signal,
        progress,
      });
      return [result];
    } finally {
      await service.stop();
    }
  },
};
