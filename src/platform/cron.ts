import { createTask, validateDetailed } from 'node-cron';
import { HunchError } from '../domain/errors.js';
import type { Millis } from '../domain/time.js';

/** When something runs by itself: cron's five fields, read in a time zone such as `Europe/Berlin`. */
export interface CronSchedule {
  readonly expression: string;
  readonly timeZone: string;
}

/** The next `count` times of a schedule from now on, soonest first. Throws INVALID_CONFIGURATION, naming what is wrong. */
export function nextTimes(schedule: CronSchedule, count: number): Millis[] {
  checkSchedule(schedule);
  const task = createTask(schedule.expression, () => undefined, { timezone: schedule.timeZone });
  try {
    return task.getNextRuns(count).map((date) => date.getTime());
  } finally {
    void task.destroy();
  }
}

/** Throws INVALID_CONFIGURATION where the expression or the time zone is none. */
export function checkSchedule({ expression, timeZone }: CronSchedule): void {
  const { valid, errors } = validateDetailed(expression);
  if (!valid) {
    const faults = errors.map(({ message }) => message).join('; ');
    throw new HunchError(
      'INVALID_CONFIGURATION',
      `"${expression}" is no cron expression of five fields: ${faults}`,
    );
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw new HunchError(
      'INVALID_CONFIGURATION',
      `"${timeZone}" is no time zone such as UTC or Europe/Berlin.`,
      {
        cause,
      },
    );
  }
}
