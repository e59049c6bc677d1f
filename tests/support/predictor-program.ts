import { predictorCommand } from '../../src/cli/commands/predictor.js';

await predictorCommand().parseAsync(process.argv);
