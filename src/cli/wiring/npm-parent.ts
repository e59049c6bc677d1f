/** Time between two looks at the parent process. */
const INTERVAL_MS = 500;

/**
 * Under `npm start`, stops this process when npm is gone: npm hands a signal to the shell between the two, which does not
 * pass it on. Started in any other way, the parent may end and the service goes on. `stopping`: aborts when the stop has begun,
 * since a second signal would cut it short.
 */
export function stopWithNpm(stopping: AbortSignal): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && !stopping.aborted) return;
    clearInterval(timer);
    if (!stopping.aborted) process.kill(process.pid, 'SIGTERM');
  }, INTERVAL_MS);
  timer.unref();
}
