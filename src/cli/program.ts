import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../platform/package-root.js';

/** Each command by name. Imported when it is called for, so that `hunch step` does not load the API. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./commands/up.js')).upCommand(),
  serve: async () => (await import('./commands/serve.js')).serveCommand(),
  predictor: async () => (await import('./commands/predictor.js')).predictorCommand(),
  schedule: async () => (await import('./commands/schedule.js')).scheduleCommand(),
  import: async () => (await import('./commands/import.js')).importCommand(),
  flow: async () => (await import('./commands/flow.js')).flowCommand(),
  step: async () => (await import('./commands/step.js')).stepCommand(),
  evaluate: async () => (await import('./commands/evaluate.js')).evaluateCommand(),
  models: async () => (await import('./commands/models.js')).modelsCommand(),
  reindex: async () => (await import('./commands/reindex.js')).reindexCommand(),
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand(),
  bench: async () => (await import('./commands/bench.js')).benchCommand(),
};

function version(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return parsed !== null && typeof parsed === 'object' && 'version' in parsed ? String(parsed.version) : '';
}

/** The program with the one command that the arguments name, or with all of them where they name none. */
export async function hunchProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('hunch')
    .description('Recommends polls: imports votes, trains and serves models, answers over GraphQL.')
    .version(version())
    .showHelpAfterError('(add --help for what is possible)');
  const asked = args.find((argument) => !argument.startsWith('-'));
  const only = asked === undefined ? undefined : COMMANDS[asked];
  for (const load of only === undefined ? Object.values(COMMANDS) : [only]) program.addCommand(await load());
  return program;
}

/** Makes wrong use throw instead of ending the process, in the program and every command below it. */
export function throwOnWrongUse(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwOnWrongUse(child);
}
