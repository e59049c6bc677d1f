import { drawProbabilities, type ExplorationFacts, explorationWeights } from '../domain/exploration-draw.js';
import type { PollId } from '../domain/ids.js';
import { type ExplorationSet, MAX_LOGGED_CANDIDATES } from '../domain/logged-answer.js';
import type { Poll } from '../domain/poll.js';
import type { Scenario } from '../domain/scenario.js';
import { DAY, type Millis } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import type { LiveCatalogue } from './live-catalogue.js';

/** A poll is new, and may take a place of exploration, up to this age and this many votes. */
export const NEW_POLL_AGE: Millis = 7 * DAY;
export const NEW_POLL_VOTES = 30;

export interface ExplorationOptions {
  readonly catalogue: LiveCatalogue;
  readonly scenario: Pick<Scenario, 'explorationShare' | 'explorationMethod'>;
  /** Whether earlier pages gave polls: else the place to be filled first is the first of the list, which never explores. */
  readonly begun: boolean;
  /** Whether this user may be shown the poll in this list. */
  readonly allowed: (poll: Poll) => boolean;
  readonly now: Millis;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

interface NewPoll {
  readonly poll: Poll;
  readonly facts: ExplorationFacts;
}

/** The newest of the new polls, as many as an answer's log holds. */
function newPolls({ catalogue, allowed, now }: ExplorationOptions): NewPoll[] {
  const found: NewPoll[] = [];
  for (const poll of catalogue.withFewerVotes(NEW_POLL_VOTES)) {
    if (now - poll.createdAt > NEW_POLL_AGE || found.length === MAX_LOGGED_CANDIDATES) break;
    if (!allowed(poll)) continue;
    const { votes, likingShare } = catalogue.stats(poll.id);
    found.push({ poll, facts: { votes, likingShare } });
  }
  return found;
}

/**
 * New polls for some places of one page. Each place but the first of the list explores with the same chance, and then takes one of
 * the new polls that stand at no place above, by weights that stay the same; so the probability of every place is known exactly.
 */
export class Exploration {
  readonly set: ExplorationSet;
  readonly #polls: ReadonlyMap<PollId, Poll>;
  readonly #random: () => number;
  /** The weights of those that stand at no place yet. */
  readonly #left: Map<PollId, number>;
  #begun: boolean;

  private constructor(
    set: ExplorationSet,
    polls: readonly Poll[],
    { begun, random }: Pick<ExplorationOptions, 'begun' | 'random'>,
  ) {
    this.set = set;
    this.#begun = begun;
    this.#left = new Map(set.candidates.map(({ pollId, weight }) => [pollId, weight]));
    this.#polls = new Map(polls.map((poll) => [poll.id, poll]));
    this.#random = random;
  }

  /** Null where the share is 0 or there is no new poll for this user. */
  static open(options: ExplorationOptions): Exploration | null {
    const { explorationShare: share, explorationMethod: method } = options.scenario;
    const found = share > 0 ? newPolls(options) : [];
    if (found.length === 0) return null;
    const weights = explorationWeights(
      method,
      found.map(({ facts }) => facts),
    );
    const candidates = found.map(({ poll, facts }, at) => ({
      pollId: poll.id,
      ...facts,
      weight: weights[at] ?? 0,
    }));
    const polls = found.map(({ poll }) => poll);
    return new Exploration({ share, method, candidates }, polls, options);
  }

  /** Who takes the next place: mostly `otherwise`, by chance a new poll; with the chances it came about by. */
  fill(otherwise: Candidate, scoreAbove: number): Candidate {
    if (!this.#begun || this.#left.size === 0) return otherwise;
    const { share } = this.set;
    const explores = this.#random() < share;
    const due = otherwise.poll.id;
    const chances = { explores: share, otherwise: share < 1 ? due : null };
    // Most places neither explore nor are due to a poll that might be drawn.
    if (!explores && !this.#left.has(due)) {
      return { ...otherwise, chance: { ...chances, propensity: 1 - share } };
    }
    const probabilities = this.#probabilities();
    const drawn = explores ? this.#draw(probabilities) : null;
    // Drawn or not, the poll that is due here keeps its own reason.
    const taken: Candidate =
      drawn === null || drawn.id === due
        ? otherwise
        : { poll: drawn, score: scoreAbove, kind: 'EXPLORATION', because: null };
    const explored = share * (probabilities.get(taken.poll.id) ?? 0);
    const propensity = explored + (taken === otherwise ? 1 - share : 0);
    return { ...taken, chance: { ...chances, propensity } };
  }

  /** The poll stands in the list, and can not be drawn any more. */
  placed(id: PollId): void {
    this.#begun = true;
    this.#left.delete(id);
  }

  #probabilities(): Map<PollId, number> {
    const drawn = drawProbabilities(this.set.method, [...this.#left.values()]);
    return new Map([...this.#left.keys()].map((id, at) => [id, drawn[at] ?? 0]));
  }

  #draw(probabilities: ReadonlyMap<PollId, number>): Poll | null {
    let rest = this.#random();
    let drawn: PollId | null = null;
    for (const [id, probability] of probabilities) {
      if (probability === 0) continue;
      // Rounding may leave a little over: that is the last one's that can be drawn.
      drawn = id;
      rest -= probability;
      if (rest < 0) break;
    }
    return drawn === null ? null : (this.#polls.get(drawn) ?? null);
  }
}
