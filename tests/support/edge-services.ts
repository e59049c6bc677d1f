import { HunchError, NotFoundError } from '../../src/domain/errors.js';
import { emptyFeatures, type UserFeatures } from '../../src/domain/features.js';
import { modelVersion, optionId, pollId, recommendationId, runId, userId } from '../../src/domain/ids.js';
import type { ModelName } from '../../src/domain/model.js';
import type { Poll } from '../../src/domain/poll.js';
import type {
  ImpressionInput,
  InteractionInput,
  Interests,
  OrRejected,
  Recorder,
  RecordSummary,
  VoteInput,
} from '../../src/events/recorder.js';
import type { LiveCatalogueView } from '../../src/recommend/live-catalogue.js';
import type { LivePollStats } from '../../src/recommend/live-poll-stats.js';
import type {
  ListEdge,
  PollLists,
  PollPage,
  PopularRequest,
  RecommendationPage,
  RecommendationsRequest,
  SearchRequest,
  SimilarRequest,
} from '../../src/recommend/poll-lists.js';
import type { ModelOperations, ModelRefresh, ModelStatusInfo } from '../../src/registry/model-operations.js';
import type { ApiServices } from '../../src/resolvers/api-services.js';

/** The time of these tests. */
export const NOW = Date.parse('2026-11-23T18:00:00.000Z');

export const samplePoll = (id: string, changes: Partial<Poll> = {}): Poll => ({
  id: pollId(id),
  question: `Is ${id} a good poll?`,
  options: [
    { id: optionId('agree'), label: 'Agree' },
    { id: optionId('disagree'), label: 'Disagree' },
  ],
  topics: ['music'],
  language: 'en',
  authorId: null,
  createdAt: NOW - 86_400_000,
  closesAt: null,
  status: 'OPEN',
  ...changes,
});

class EdgeCatalogue implements LiveCatalogueView {
  readonly entries = new Map<string, Poll>();

  poll(id: string): Poll | null {
    return this.entries.get(id) ?? null;
  }
  stats(): LivePollStats {
    const optionVotes = new Map([
      [optionId('agree'), 3],
      [optionId('disagree'), 1],
    ]);
    return { votes: 4, votesLastDay: 2, score: 1.5, trend: 0, optionVotes, likingShare: 0.7 };
  }
  polls(): Iterable<Poll> {
    return this.entries.values();
  }
  get size(): number {
    return this.entries.size;
  }
}

/** Gives the catalogue in its order, a page at a time; the cursor is the place. `fault` makes every list fail. */
class EdgeLists implements PollLists {
  readonly asked: object[] = [];
  fault: Error | null = null;
  readonly #catalogue: EdgeCatalogue;
  /** Polls that a list names though the catalogue has lost them. */
  readonly vanished: string[] = [];

  constructor(catalogue: EdgeCatalogue) {
    this.#catalogue = catalogue;
  }

  async recommendations(request: RecommendationsRequest): Promise<RecommendationPage> {
    const page = this.#page(request);
    const reason = {
      kind: 'BECAUSE_YOU_VOTED' as const,
      pollId: pollId('p2'),
      optionId: optionId('agree'),
      weight: 0.5,
      text: 'You agreed with “Is p2 a good poll?”.',
    };
    return {
      ...page,
      edges: page.edges.map((edge) => ({ ...edge, reason })),
      source: request.personalised ? 'PERSONALISED' : 'POPULAR',
      fallbackReason: request.personalised ? null : 'OPTED_OUT',
      model: { name: 'PERSONALISATION', version: modelVersion('v1') },
      generatedAt: NOW,
    };
  }
  async popular(request: PopularRequest): Promise<PollPage> {
    return this.#page(request);
  }
  async similar(request: SimilarRequest): Promise<PollPage> {
    if (this.#catalogue.poll(request.pollId) === null) {
      throw new NotFoundError(`There is no poll ${request.pollId}.`);
    }
    return this.#page(request);
  }
  async search(request: SearchRequest): Promise<PollPage> {
    return this.#page(request);
  }

  #page(request: { first: number; after: string | null }): PollPage {
    this.asked.push(request);
    if (this.fault !== null) throw this.fault;
    if (request.after === 'expired') {
      throw new HunchError('CURSOR_EXPIRED', 'The cursor is older than 30 minutes. Ask without it.', {
        path: 'after',
      });
    }
    const all = [...this.#catalogue.entries.keys(), ...this.vanished];
    const begin = request.after === null ? 0 : Number(request.after);
    const edges = all.slice(begin, begin + request.first).map(
      (id, index): ListEdge => ({
        cursor: String(begin + index + 1),
        pollId: pollId(id),
        score: 1 / (begin + index + 1),
      }),
    );
    return {
      edges,
      hasNextPage: begin + request.first < all.length,
      hasPreviousPage: begin > 0,
      recommendationId: recommendationId('r1'),
    };
  }
}

/** Accepts what the edge has let through, and keeps it. */
class EdgeRecorder implements Recorder {
  readonly votes: OrRejected<VoteInput>[] = [];
  readonly impressions: OrRejected<ImpressionInput>[] = [];
  readonly interactions: OrRejected<InteractionInput>[] = [];
  readonly polls: OrRejected<Poll>[] = [];
  readonly users = new Map<string, UserFeatures>();
  readonly #catalogue: EdgeCatalogue;

  constructor(catalogue: EdgeCatalogue) {
    this.#catalogue = catalogue;
  }

  recordVotes = async (votes: readonly OrRejected<VoteInput>[]) => keep(this.votes, votes);
  recordImpressions = async (items: readonly OrRejected<ImpressionInput>[]) => keep(this.impressions, items);
  recordInteractions = async (items: readonly OrRejected<InteractionInput>[]) =>
    keep(this.interactions, items);
  upsertPolls = async (polls: readonly OrRejected<Poll>[]) => {
    for (const poll of polls) if (!('rejected' in poll)) this.#catalogue.entries.set(poll.id, poll);
    return keep(this.polls, polls);
  };

  async setInterests(id: string, { topics, languages }: Interests): Promise<UserFeatures> {
    const features = {
      ...emptyFeatures(userId(id), NOW),
      affinities: topics.map((topic) => ({ topic, weight: 1 / topics.length })),
      languages,
    };
    this.users.set(id, features);
    return features;
  }
  async mergeUsers(from: string, into: string): Promise<UserFeatures | null> {
    const features = this.users.get(from);
    if (features === undefined) return null;
    this.users.delete(from);
    this.users.set(into, { ...features, userId: userId(into) });
    return this.users.get(into) ?? null;
  }
  async forgetUser(id: string): Promise<number> {
    this.users.delete(id);
    return NOW;
  }
  async setPollStatus(id: string, status: Poll['status']): Promise<Poll> {
    const poll = this.#catalogue.poll(id);
    if (poll === null) throw new NotFoundError(`There is no poll ${id}.`);
    const changed = { ...poll, status };
    this.#catalogue.entries.set(id, changed);
    return changed;
  }
}

function keep<T>(into: OrRejected<T>[], items: readonly OrRejected<T>[]): RecordSummary {
  into.push(...items);
  const rejected = items.flatMap((item, index) =>
    typeof item === 'object' && item !== null && 'rejected' in item ? [{ index, ...item.rejected }] : [],
  );
  return { accepted: items.length - rejected.length, duplicates: 0, rejected };
}

/** Two models; `refresh` publishes a version to everyone who follows. */
export class EdgeModels implements ModelOperations {
  readonly current = new Map<ModelName, ModelRefresh>([
    ['PERSONALISATION', refreshOf('PERSONALISATION', 'v1', NOW)],
    ['POPULAR', refreshOf('POPULAR', 'v1', NOW)],
  ]);
  /** Runs before `currentRefresh` answers, so that a test can put an event between subscribing and the replay. */
  beforeReplay: (name: ModelName) => Promise<void> = async () => undefined;
  readonly #followers = new Set<(refresh: ModelRefresh) => void>();
  #resolveFollowing: () => void = () => undefined;
  readonly #following = new Promise<void>((resolve) => {
    this.#resolveFollowing = resolve;
  });

  /** Resolves once the API follows the refreshes. */
  get followed(): Promise<void> {
    return this.#following;
  }

  refresh(name: ModelName, version: string, refreshedAt: number): void {
    const refresh = refreshOf(name, version, refreshedAt);
    this.current.set(name, refresh);
    for (const follower of this.#followers) follower(refresh);
  }

  async status(name: ModelName): Promise<ModelStatusInfo> {
    return {
      name,
      state: 'READY',
      version: this.current.get(name)?.version ?? null,
      trainedAt: NOW - 3_600_000,
      dataThrough: NOW - 7_200_000,
      metrics: [
        { name: 'exposedAuc', value: 0.75 },
        { name: 'exposedAucError', value: 0.0125 },
      ],
      canary: null,
      replicas: [{ url: 'http://127.0.0.1:8080', ready: true, version: modelVersion('v1'), latencyMs: 1.5 }],
      lastRun: {
        id: runId('run-1'),
        startedAt: NOW - 4_000_000,
        finishedAt: NOW - 3_500_000,
        state: 'SUCCEEDED',
      },
      nextRunAt: NOW + 3_600_000,
    };
  }
  async promote(name: ModelName, version: string): Promise<void> {
    if (version !== 'v2') throw new NotFoundError(`There is no version ${version} of ${name}.`);
    this.refresh(name, version, NOW + 1);
  }
  async rollback(): Promise<void> {
    throw new HunchError('CONFLICT', 'No version served before this one.');
  }
  async setCanary(): Promise<void> {}
  async currentRefresh(name: ModelName): Promise<ModelRefresh | null> {
    await this.beforeReplay(name);
    return this.current.get(name) ?? null;
  }
  async *refreshes(signal: AbortSignal): AsyncGenerator<ModelRefresh> {
    const queue: ModelRefresh[] = [];
    let wake = (): void => undefined;
    const follower = (refresh: ModelRefresh): void => {
      queue.push(refresh);
      wake();
    };
    signal.addEventListener('abort', () => wake(), { once: true });
    this.#followers.add(follower);
    this.#resolveFollowing();
    try {
      while (!signal.aborted) {
        const refresh = queue.shift();
        if (refresh !== undefined) yield refresh;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      this.#followers.delete(follower);
    }
  }
}

export const refreshOf = (name: ModelName, version: string, refreshedAt: number): ModelRefresh => ({
  name,
  version: modelVersion(version),
  previousVersion: null,
  refreshedAt,
  metrics: [],
});

/**
 * The services behind the edge, small and in memory: for tests of the edge itself, where what is recommended does not
 * matter. Polls p1 to p5, user u1 known.
 */
export class EdgeServices implements ApiServices {
  readonly catalogue = new EdgeCatalogue();
  readonly lists = new EdgeLists(this.catalogue);
  readonly recorder = new EdgeRecorder(this.catalogue);
  readonly models = new EdgeModels();
  readonly featureReads: string[][] = [];
  readonly clock = (): number => NOW;
  readonly random = (): number => 0.5;

  constructor() {
    for (let n = 1; n <= 5; n++) this.catalogue.entries.set(`p${n}`, samplePoll(`p${n}`));
    this.recorder.users.set('u1', { ...emptyFeatures(userId('u1'), NOW), voted: [pollId('p9')] });
  }

  readonly features: ApiServices['features'] = {
    get: async (ids) => {
      this.featureReads.push([...ids]);
      return ids.map((id) => this.recorder.users.get(id) ?? null);
    },
    sample: async (limit) => [...this.recorder.users.keys()].slice(0, limit).map(userId),
  };
}
