import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatToken } from '../../src/domain/history.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import { writeOnboardingGraph } from '../../src/models/personalisation/onboarding-graph.js';
import { writeRankingGraph } from '../../src/models/personalisation/ranking-graph.js';
import { writeTopPollsGraph } from '../../src/models/personalisation/top-polls-graph.js';
import { trainPersonalisation } from '../../src/models/personalisation/train-personalisation.js';
import { writePopularGraph } from '../../src/models/popular/popular-graph.js';
import { type PopularPoll, scorePopular } from '../../src/models/popular/popular-model.js';
import type { TrainingPoll } from '../../src/models/training-poll.js';
import { VoteLogBuilder } from '../../src/models/votes/vote-log.js';
import { makeSamples } from '../../src/samples/make-samples.js';
import { pollStatistics } from '../support/poll-statistics.js';

/** The sample's polls as models learn them, and of each user the last vote on each poll, as places in these. */
export interface SampleVotes {
  readonly polls: readonly TrainingPoll[];
  readonly byUser: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

export function sampleVotes(): SampleVotes {
  const polls: TrainingPoll[] = [];
  const places = new Map<string, number>();
  const byUser = new Map<string, Map<number, number>>();
  for (const rows of makeSamples({ seed: 1, now: Date.UTC(2026, 0, 1) })) {
    for (const { poll } of rows.polls ?? []) {
      places.set(poll.id, polls.length);
      const { id, topics, language, options, question } = poll;
      polls.push({ id, topics, language, question, optionIds: options.map((option) => option.id) });
    }
    for (const event of rows.events ?? []) {
      const place = places.get(event.pollId);
      if (event.kind !== 'VOTE' || event.isAuthor || place === undefined) continue;
      const option = polls[place]?.optionIds.indexOf(event.optionId) ?? -1;
      const votes = byUser.get(event.userId) ?? new Map<number, number>();
      if (option >= 0) byUser.set(event.userId, votes.set(place, option));
    }
  }
  return { polls, byUser };
}

/** Every vote of the sample as a history token. */
export function voteTokens({ polls, byUser }: SampleVotes): string[] {
  const tokens = new Set<string>();
  for (const votes of byUser.values()) {
    for (const [place, option] of votes) {
      const poll = polls[place];
      const optionId = poll?.optionIds[option];
      if (poll !== undefined && optionId !== undefined) {
        tokens.add(formatToken({ kind: 'VOTE', pollId: poll.id, optionId }));
      }
    }
  }
  return [...tokens].sort();
}

/** What the flow would have counted of each poll; all votes count as new. */
function popularPolls({ polls, byUser }: SampleVotes): PopularPoll[] {
  const counts = polls.map((poll) => poll.optionIds.map(() => 0));
  for (const votes of byUser.values()) {
    for (const [place, option] of votes) {
      const votesOf = counts[place];
      if (votesOf !== undefined) votesOf[option] = (votesOf[option] ?? 0) + 1;
    }
  }
  return polls.map(({ id, topics, language, optionIds }, place) => {
    const optionVotes = optionIds.map((optionId, option) => ({
      optionId,
      votes: counts[place]?.[option] ?? 0,
    }));
    const votes = optionVotes.reduce((sum, option) => sum + option.votes, 0);
    return {
      topics,
      language,
      statistics: {
        ...pollStatistics(id),
        optionVotes,
        decayed: { established: votes, first: 0, at: 0 },
        trend: (place % 7) / 7,
      },
    };
  });
}

/** Trains on the sample and writes `FOLDER/OIP-NAME/model.onnx`. */
export async function writeSampleModels(folder: string, sample: SampleVotes): Promise<void> {
  const { polls, byUser } = sample;
  const votes = new VoteLogBuilder();
  for (const [user, answers] of byUser) {
    for (const [place, option] of answers) votes.add(user, place, option);
  }
  const model = trainPersonalisation({ polls, polarity: DEFAULT_POLARITY, votes: votes.build() });
  const files: Readonly<Record<string, Uint8Array>> = {
    personalisation: writeTopPollsGraph(model),
    'personalisation-ranking': writeRankingGraph(model),
    'personalisation-onboarding': writeOnboardingGraph(model),
    popular: writePopularGraph(scorePopular(popularPolls(sample), DEFAULT_POLARITY)),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'model.onnx'), bytes);
  }
}
