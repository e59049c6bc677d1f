/**
 * The yardstick's server: Apollo on fastify in the same set-up as ours, over the same schema, but its resolvers give one
 * answer, read from a file at the start. What ours needs beyond it is what choosing polls costs.
 *
 *     node constant-server.js [ANSWERS.json]
 *
 * ANSWERS.json: `{"schema": SDL, "root": {FIELD: VALUE}}`; without it, a schema of one field. Prints `READY URL`.
 */
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { buildSchema } from 'graphql';
import { z } from 'zod';

const answers = z.object({ schema: z.string(), root: z.record(z.string(), z.unknown()) });
const SMALLEST = { schema: 'type Query { hello: String! }', root: { hello: 'world' } };

const [file] = process.argv.slice(2);
const { schema, root } =
  file === undefined ? SMALLEST : answers.parse(JSON.parse(readFileSync(file, 'utf8')));
const apollo = new ApolloServer({
  schema: buildSchema(schema),
  rootValue: () => root,
  csrfPrevention: true,
  stopOnTerminationSignals: false,
  plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
});
await apollo.start();
const app = Fastify();
app.route({ url: '/graphql', method: ['GET', 'POST'], handler: fastifyApolloHandler(apollo) });
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`READY ${address}/graphql\n`);
process.once('SIGTERM', () => process.exit(0));
