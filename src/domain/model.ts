import type { ModelVersion } from './ids.js';

/** The two kinds of model that flows train and the API asks. */
export const MODEL_NAMES = ['PERSONALISATION', 'POPULAR'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

export interface ModelRef {
  readonly name: ModelName;
  readonly version: ModelVersion;
}

/** Names under which predictors serve the files of one version over the Open Inference Protocol. */
export const OIP_MODEL_NAMES = {
  PERSONALISATION: ['personalisation', 'personalisation-ranking'],
  POPULAR: ['popular'],
} as const satisfies Record<ModelName, readonly string[]>;
/** Names that a version serves beside these where it holds their files; none is needed. */
export const OPTIONAL_OIP_MODEL_NAMES = ['personalisation-onboarding'] as const;
export type OipModelName =
  | (typeof OIP_MODEL_NAMES)[ModelName][number]
  | (typeof OPTIONAL_OIP_MODEL_NAMES)[number];

/** The folder of a model in the store, and the value of `--name` that selects it. */
export const MODEL_FOLDERS = {
  PERSONALISATION: 'personalisation',
  POPULAR: 'popular',
} as const satisfies Record<ModelName, string>;

export interface ModelMetric {
  readonly name: string;
  readonly value: number;
}
