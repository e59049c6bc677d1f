/** Time between two looks at the parent process. */
const INTERVAL_MS = 500;

/**
 * Under `npm start`, stops this process when npm is gone: npm hands a signal to the shell between the two, which does not
 * pass it on. Started in any other way, the parent may end and the service goes on.
 */
export function stopWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, INTERVAL_MS);
  timer.unref();
}
