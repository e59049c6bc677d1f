import type { ExplorationMethod } from './logged-answer.js';
import { DAY, type Millis } from './time.js';

/** How the lists of one place in the app are made. docs/quality.md has the figures behind the defaults. */
export interface Scenario {
  readonly name: string;
  /** TASTE: what the user is likely to answer and like. ONBOARDING: whose votes would tell most about the user. */
  readonly ranking: 'TASTE' | 'ONBOARDING';
  /** What `liking` counts in the score, and `answer` one minus it; null for the blend of the model. */
  readonly likingWeight: number | null;
  /** How far a poll sinks for being like those above it, 0 for not at all; see DiverseOrder. */
  readonly diversity: number;
  /** What shared topics count in that likeness, 0 to 1; the text of the question counts the rest. */
  readonly topicWeight: number;
  /** The chance that a place after the first goes to a new poll, 0 to 1. */
  readonly explorationShare: number;
  readonly explorationMethod: ExplorationMethod;
  /** How far a poll sinks for each time it was shown and left, in spreads of the scores; see `rerank`. */
  readonly impressionPenalty: number;
  /** The same for having been skipped. */
  readonly skipPenalty: number;
  /** After this long an impression or a skip weighs half. */
  readonly rotationHalfLife: Millis;
}

export const DEFAULT_SCENARIO = 'home';

const HOME: Scenario = {
  name: DEFAULT_SCENARIO,
  ranking: 'TASTE',
  likingWeight: null,
  diversity: 0.3,
  topicWeight: 0.25,
  explorationShare: 0.1,
  explorationMethod: 'thompson',
  impressionPenalty: 0.1,
  skipPenalty: 0.3,
  rotationHalfLife: 2 * DAY,
};

/** The scenarios that are there without any configuration. */
export const PRESET_SCENARIOS = {
  home: HOME,
  // The first polls are chosen for what they tell, of as many topics as can be; a draw among new ones would waste a vote.
  onboarding: {
    ...HOME,
    name: 'onboarding',
    ranking: 'ONBOARDING',
    diversity: 0.75,
    topicWeight: 0.5,
    explorationShare: 0,
  },
} as const satisfies Record<string, Scenario>;

export type PresetName = keyof typeof PRESET_SCENARIOS;

/** The scenarios by name; `home` is always among them. */
export type Scenarios = ReadonlyMap<string, Scenario>;

/**
 * The scenario of that name. A name without settings of its own gets those of `home`: an app that names a new place must
 * not fail before operators have tuned it.
 */
export const scenarioOf = (scenarios: Scenarios, name: string): Scenario =>
  scenarios.get(name) ?? { ...(scenarios.get(DEFAULT_SCENARIO) ?? HOME), name };
