import { Command } from 'commander';
import { allChecks } from '../doctor/all-checks.js';
import { checksText } from '../doctor/check.js';
import { openParts } from '../wiring/parts.js';

/** `hunch doctor`: looks at the configuration and at every service and store it names. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check the configuration and every store and service it names.')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const parts = openParts({ name: 'doctor', quiet: true });
      try {
        const checks = await allChecks(parts);
        process.stdout.write(json ? `${JSON.stringify({ checks }, null, 2)}\n` : checksText(checks));
        if (checks.some((check) => !check.ok)) process.exitCode = 1;
      } finally {
        await parts.close();
      }
    });
}
