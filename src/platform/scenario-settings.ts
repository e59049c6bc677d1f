import { z } from 'zod';
import { MAX_ID_LENGTH } from '../domain/ids.js';
import { EXPLORATION_METHODS } from '../domain/logged-answer.js';
import { PRESET_SCENARIOS, type PresetName, type Scenario, type Scenarios } from '../domain/scenario.js';
import { HOUR } from '../domain/time.js';

const share = z.number().min(0).max(1);
const penalty = z.number().min(0).max(100);

const settings = z.strictObject({
  basis: z.enum(Object.keys(PRESET_SCENARIOS) as [PresetName, ...PresetName[]]).optional(),
  likingWeight: share.nullable().optional(),
  diversity: z.number().min(0).max(100).optional(),
  topicWeight: share.optional(),
  explorationShare: share.optional(),
  explorationMethod: z.enum(EXPLORATION_METHODS).optional(),
  impressionPenalty: penalty.optional(),
  skipPenalty: penalty.optional(),
  rotationHalfLifeHours: z.number().positive().max(10_000).optional(),
});

const byName = z.record(z.string().min(1).max(MAX_ID_LENGTH), settings);

/** What SCENARIOS says of each scenario; all that it leaves out comes from its basis. */
export type ScenarioSettings = z.infer<typeof byName>;

/** SCENARIOS as JSON: an object of settings by the scenario's name. */
export const scenarioSettings = z.string().transform((text, context): ScenarioSettings => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: 'custom', message: `wants a JSON object of settings by scenario; ${reason}` });
    return z.NEVER;
  }
  const parsed = byName.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    context.addIssue({ code: 'custom', message: [path.join('.'), message].filter(Boolean).join(': ') });
  }
  return z.NEVER;
});

const isPreset = (name: string): name is PresetName => Object.hasOwn(PRESET_SCENARIOS, name);

/**
 * The presets and what the configuration says of them and of others. Without a basis of its own a scenario builds on the preset of
 * its name, or on `home`. `explorationShare` is that of `home` where its settings name none.
 */
export function scenariosFrom(
  configured: ScenarioSettings,
  { explorationShare }: { readonly explorationShare: number },
): Scenarios {
  const presets: Record<PresetName, Scenario> = {
    ...PRESET_SCENARIOS,
    home: { ...PRESET_SCENARIOS.home, explorationShare },
  };
  const build = (name: string, { basis, rotationHalfLifeHours, ...own }: ScenarioSettings[string]) => {
    const under = presets[basis ?? (isPreset(name) ? name : 'home')];
    const rotation =
      rotationHalfLifeHours === undefined ? {} : { rotationHalfLife: rotationHalfLifeHours * HOUR };
    return { ...under, ...definedOf(own), ...rotation, name };
  };
  // What operators change of a preset holds for the scenarios that build on it, too.
  for (const name of Object.keys(presets).filter(isPreset)) {
    const own = configured[name];
    if (own !== undefined) presets[name] = build(name, own);
  }
  const others = Object.entries(configured).filter(([name]) => !isPreset(name));
  return new Map([
    ...Object.entries(presets),
    ...others.map(([name, own]) => [name, build(name, own)] as const),
  ]);
}

const definedOf = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
