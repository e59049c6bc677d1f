import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import type { Poll } from '../../src/domain/poll.js';
import { candidateScorer } from '../../src/models/evaluation/score-candidates.js';
import { timeSplit } from '../../src/models/evaluation/splits.js';
import { voteLogOf } from '../../src/models/evaluation/training-set.js';
import { groupByUser, type VoteRow } from '../../src/models/evaluation/vote-row.js';
import { writeRankingGraph } from '../../src/models/personalisation/ranking-graph.js';
import { trainPersonalisation } from '../../src/models/personalisation/train-personalisation.js';
import { OnnxSession } from '../../src/predictor/onnx-session.js';
import type { Candidate } from '../../src/recommend/candidate.js';
import type { VoteFilesRead } from './read-votes.js';

/** Unseen voters are known by so many votes. */
const FOLD_IN = 5;
/** Voters with fewer held-back votes judge nothing. */
const FEWEST_VOTES = 5;
/** As many candidates as a list with rotation ever asks for. */
const MOST_CANDIDATES = 200;

/** A voter with a list to be re-ranked, and what the voter did afterwards. */
export interface JudgedUser {
  /** The best polls of the catalogue, best first. */
  readonly list: readonly Candidate[];
  /** The polls that the voter really was shown and voted on, best first. */
  readonly shown: readonly Candidate[];
  readonly options: ReadonlyMap<string, string | null>;
  readonly liking: ReadonlyMap<string, number>;
}

/** Learns from the first part, and lists polls for the voters of the second. */
export async function judgedUsers({ polls, train, test }: VoteFilesRead): Promise<JudgedUser[]> {
  const set = timeSplit({ train, test }, FOLD_IN);
  const learnt = polls.map(({ id, options, topics, language, question }) => ({
    id,
    optionIds: options.map((option) => option.id),
    topics,
    language,
    question,
  }));
  const votes = voteLogOf(set.training, learnt);
  const model = trainPersonalisation({ polls: learnt, polarity: DEFAULT_POLARITY, votes });
  const folder = await mkdtemp(join(tmpdir(), 'hunch-re-ranking-'));
  try {
    await writeFile(join(folder, 'model.onnx'), writeRankingGraph(model));
    const session = await OnnxSession.load(join(folder, 'model.onnx'));
    const held = [...groupByUser(set.items.map((item) => item.vote))].filter(
      ([, own]) => own.length >= FEWEST_VOTES,
    );
    const score = candidateScorer(session);
    const users = await Promise.all(
      held.map(async ([user, own]) => judged(score, { polls, known: set.known.get(user) ?? [], own })),
    );
    await session.release();
    return users;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function judged(
  score: ReturnType<typeof candidateScorer>,
  {
    polls,
    known,
    own,
  }: {
    readonly polls: readonly Poll[];
    readonly known: readonly VoteRow[];
    readonly own: readonly VoteRow[];
  },
): Promise<JudgedUser> {
  const voted = new Set(known.map((vote) => vote.pollId));
  const open = polls.filter((poll) => !voted.has(poll.id));
  const [scores] = await score([
    {
      history: known.map(({ pollId, optionId }) => `${pollId}:${optionId}`),
      candidates: open.map((poll) => poll.id),
    },
  ]);
  const options = new Map(own.map(({ pollId, optionId }) => [pollId, optionId]));
  const candidates = open
    .map((poll, at): Candidate => ({ poll, score: scores?.score[at] ?? 0, kind: 'POPULAR', because: null }))
    .sort((a, b) => b.score - a.score);
  return {
    list: candidates.slice(0, MOST_CANDIDATES),
    shown: candidates.filter(({ poll }) => options.has(poll.id)),
    options,
    liking: new Map(open.map((poll, at) => [poll.id, scores?.liking[at] ?? 0])),
  };
}
