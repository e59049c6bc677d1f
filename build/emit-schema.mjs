// Writes schema/schema.graphql from the compiled resolvers.
import { writeFile } from 'node:fs/promises';
import { printApiSchema } from '../dist/src/resolvers/api-schema.js';

const target = new URL('../schema/schema.graphql', import.meta.url);
await writeFile(target, printApiSchema());
console.log('schema/schema.graphql written');
