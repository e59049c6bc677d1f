import type { Evaluation } from './run-evaluation.js';

const TITLES: Readonly<Record<string, string>> = {
  exposedAuc: 'AUC of liking, agree against disagree',
  answeredAuc: 'AUC of answer, answered against pass',
  recall20: 'recall@20',
  ndcg20: 'NDCG@20',
};

/** The metrics as a table for people: a mean over users, its standard error, the mean weighted by items. */
export function evaluationReport({ training, groups }: Evaluation): string {
  const lines = [
    `Trained on ${training.votes} votes of ${training.users} users on ${training.polls} polls in ${training.seconds} s; the two files hold ${(training.bytes / 1e6).toFixed(1)} MB.`,
  ];
  const names = Object.keys(groups.all ?? {});
  if (names.length === 0) lines.push('The test has no options: predictions only.');
  for (const name of names) {
    lines.push('', TITLES[name] ?? name, '  group   mean (s.e.)       by item   users   items');
    for (const [group, metrics] of Object.entries(groups)) {
      const summary = metrics[name] ?? null;
      if (summary === null) {
        lines.push(`  ${group.padEnd(6)}  no user has both sides`);
        continue;
      }
      const { mean, standardError, weighted, users, items } = summary;
      const error = standardError === null ? '–' : standardError.toFixed(4);
      lines.push(
        `  ${group.padEnd(6)}  ${mean.toFixed(4)} (${error.padStart(6)})   ${weighted.toFixed(4)}   ${String(users).padStart(5)}   ${String(items).padStart(5)}`,
      );
    }
  }
  return lines.join('\n');
}
