import { drawProbabilities, explorationWeights } from '../../src/domain/exploration-draw.js';
import { EXPLORATION_METHODS } from '../../src/domain/logged-answer.js';
import { PRESET_SCENARIOS } from '../../src/domain/scenario.js';
import type { VoteRow } from '../../src/models/evaluation/vote-row.js';
import { NEW_POLL_VOTES } from '../../src/recommend/exploration.js';
import { Random } from '../../src/samples/random.js';
import type { JudgedUser } from './judged-users.js';
import type { Row } from './trade-offs.js';

/** Votes that a share of agree is taken from as the truth. */
const ENOUGH_VOTES = 30;
/** New polls that wait at a time, draws that are made, and runs that are averaged. */
const POOL = 40;
const DRAWS = 2_000;
const RUNS = 20;
const PRIOR_VOTES = 5;
const SHARE = PRESET_SCENARIOS.home.explorationShare;

interface NewPoll {
  readonly truth: number;
  votes: number;
  agree: number;
}

/** The share of agree of each poll with enough votes. */
function likedShares(votes: readonly VoteRow[]): number[] {
  const counts = new Map<string, { agree: number; all: number }>();
  for (const { pollId, optionId, isAuthor } of votes) {
    if (isAuthor || (optionId !== 'agree' && optionId !== 'disagree')) continue;
    const count = counts.get(pollId) ?? { agree: 0, all: 0 };
    count.all += 1;
    if (optionId === 'agree') count.agree += 1;
    counts.set(pollId, count);
  }
  return [...counts.values()].filter(({ all }) => all >= ENOUGH_VOTES).map(({ agree, all }) => agree / all);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/**
 * What each method of exploration costs and finds: polls with the agree shares of real ones come in new, are drawn, voted on and
 * leave at the number of votes at which they are new no more.
 */
export function explorationTradeOff(users: readonly JudgedUser[], votes: readonly VoteRow[]): Row[] {
  const shares = likedShares(votes);
  const prior = mean(shares);
  const good = [...shares].sort((a, b) => a - b)[Math.floor(0.75 * shares.length)] ?? 1;
  const usual = mean(
    users.map(({ list, liking }) => mean(list.slice(0, 10).map(({ poll }) => liking.get(poll.id) ?? 0))),
  );
  return EXPLORATION_METHODS.map((method) => {
    const liked: number[] = [];
    const onGood: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const random = new Random(run);
      const arrival = (): NewPoll => ({
        truth: shares[Math.floor(random.uniform() * shares.length)] ?? prior,
        votes: 0,
        agree: 0,
      });
      const pool = Array.from({ length: POOL }, arrival);
      for (let draw = 0; draw < DRAWS; draw += 1) {
        const facts = pool.map((poll) => ({
          votes: poll.votes,
          likingShare: (poll.agree + PRIOR_VOTES * prior) / (poll.votes + PRIOR_VOTES),
        }));
        const weights = [...explorationWeights(method, facts)];
        const drawn = random.place([...drawProbabilities(method, weights)]);
        const poll = pool[drawn] as NewPoll;
        liked.push(poll.truth);
        onGood.push(poll.truth >= good ? 1 : 0);
        poll.votes += 1;
        if (random.chance(poll.truth)) poll.agree += 1;
        if (poll.votes >= NEW_POLL_VOTES) pool[drawn] = arrival();
        // Polls grow old, too: one in a hundred draws the oldest makes room.
        if (draw % 100 === 99) pool.push(...pool.splice(0, 1).map(arrival));
      }
    }
    return {
      method,
      liking: mean(liked),
      onBestQuarter: mean(onGood),
      usualLiking: usual,
      costAtShare: SHARE * (usual - mean(liked)),
    };
  });
}
