import { Command } from 'commander';
import { Shutdown } from '../../platform/shutdown.js';
import { startApiService } from '../wiring/api-service.js';
import { openParts } from '../wiring/parts.js';

/** `hunch serve`: one instance of the API. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'Serve the GraphQL API on HOST:PORT, with the predictors that PERSONALISATION_URL and POPULAR_URL name.',
    )
    .addHelpText(
      'after',
      '\nWithout these variables it uses the predictors of a running `hunch up` on the same DATA_DIR.',
    )
    .action(async () => {
      const parts = openParts({ name: 'api' });
      const shutdown = new Shutdown(parts.log);
      shutdown.listen();
      shutdown.add('stores', () => parts.close());
      await shutdown.start([
        async () => {
          const { url } = await startApiService(parts, shutdown);
          process.stdout.write(`READY ${url}/graphql\n`);
        },
      ]);
    });
}
