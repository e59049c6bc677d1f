import { once } from 'node:events';
import { Command } from 'commander';
import { SECOND } from '../../domain/time.js';
import { nextTimes } from '../../platform/cron.js';
import { Shutdown } from '../../platform/shutdown.js';
import { openParts } from '../wiring/parts.js';
import { startScheduler } from '../wiring/scheduler.js';

/** A run in hand may end by itself within this time: orchestrators commonly kill after 30 s. */
const GRACE = 20 * SECOND;

/** `hunch schedule`: runs both flows by the clock until it is told to stop. */
export function scheduleCommand(): Command {
  return new Command('schedule')
    .description('Run the flows by the clock: PERSONALISE_CRON, POPULAR_CRON, SCHEDULE_TIME_ZONE.')
    .addHelpText(
      'after',
      '\nA flow whose last run is older than the time between two runs is run at once. On SIGTERM a run in hand may end' +
        ` within ${GRACE / SECOND} s; then it is called off.`,
    )
    .action(async () => {
      const parts = openParts({ name: 'schedule' });
      const shutdown = new Shutdown(parts.log);
      const stopListening = shutdown.listen();
      // A timer that keeps the process alive; the clock's own do not count on every platform.
      const alive = setInterval(() => undefined, 60 * SECOND);
      try {
        const scheduler = await startScheduler(parts);
        shutdown.add('scheduler', () => scheduler.stop({ graceMs: GRACE }));
        const { PERSONALISE_CRON, POPULAR_CRON, SCHEDULE_TIME_ZONE: timeZone } = parts.config;
        for (const [flow, expression] of [
          ['personalise', PERSONALISE_CRON],
          ['popular', POPULAR_CRON],
        ] as const) {
          const [next = 0] = nextTimes({ expression, timeZone }, 1);
          process.stderr.write(
            `${flow}: ${expression} (${timeZone}), next ${new Date(next).toISOString()}\n`,
          );
        }
        if (!shutdown.signal.aborted) await once(shutdown.signal, 'abort');
        await shutdown.run();
      } finally {
        clearInterval(alive);
        stopListening();
        await parts.close();
      }
    });
}
