import { KINSHIP_DIMS, layoutOfFactors, type PollVectors } from '../../domain/poll-vectors.js';
import { ANSWER_THRESHOLD } from './calibration.js';
import type { PersonalisationModel } from './personalisation-model.js';

/**
 * Every poll of the model as a vector whose inner product with a user's is near the model's score (src/recommend/user-taste.ts makes
 * the user's). Polls without votes have the loadings that their text foretells, and the kinship of their topics.
 */
export function pollVectors(model: PersonalisationModel): PollVectors {
  const { polls, factorCount, liking, answer } = model;
  const layout = layoutOfFactors(factorCount);
  const { dims } = layout;
  const kinship = kinshipOf(model);
  const values = new Float32Array(polls.length * dims);
  polls.forEach((_, poll) => {
    const row = poll * dims;
    const [first, end] = [poll * factorCount, (poll + 1) * factorCount];
    values.set(liking.loadings.subarray(first, end), row + layout.liking);
    values.set(answer.loadings.subarray(first, end), row + layout.answer);
    values[row + layout.likingMean] = liking.means[poll] as number;
    values[row + layout.answerMean] = (answer.means[poll] as number) - ANSWER_THRESHOLD;
    values.set(kinship.subarray(poll * KINSHIP_DIMS, (poll + 1) * KINSHIP_DIMS), row + layout.kinship);
  });
  return { ids: polls, dims, values };
}

/**
 * Row by row the first eigenvectors of the graph of votes, each row scaled to length 1 (Ng, Jordan and Weiss, On Spectral Clustering,
 * 2001). A poll without votes gets the mean of those with the same topics and language.
 */
function kinshipOf({ polls, covotes: { filter }, groups, priors }: PersonalisationModel): Float32Array {
  const rows = new Float32Array(polls.length * KINSHIP_DIMS);
  const means = new Float64Array(groups.combinationCount * KINSHIP_DIMS);
  const width = Math.min(filter.rank, KINSHIP_DIMS);
  const meanOf = (poll: number): Float64Array => {
    const first = (priors.combinations[poll] as number) * KINSHIP_DIMS;
    return means.subarray(first, first + KINSHIP_DIMS);
  };
  const rowOf = (poll: number): Float32Array => rows.subarray(poll * KINSHIP_DIMS, (poll + 1) * KINSHIP_DIMS);
  const isVoted = polls.map((_, poll) => {
    const row = rowOf(poll);
    row.set(filter.left.subarray(poll * filter.rank, poll * filter.rank + width));
    if (!normalise(row)) return false;
    const mean = meanOf(poll);
    row.forEach((value, at) => {
      mean[at] = (mean[at] as number) + value;
    });
    return true;
  });
  isVoted.forEach((is, poll) => {
    if (is) return;
    rowOf(poll).set(meanOf(poll));
    normalise(rowOf(poll));
  });
  return rows;
}

/** Scales to length 1; false for a vector of zeros, which stays. */
function normalise(vector: Float32Array): boolean {
  const length = Math.hypot(...vector);
  if (length === 0) return false;
  vector.forEach((value, at) => {
    vector[at] = value / length;
  });
  return true;
}
