/** Names under which a run stages model files: `model/`, then the name in the version's folder. */
export const PERSONALISATION_FILES = {
  topPolls: 'model/personalisation/model.onnx',
  ranking: 'model/personalisation-ranking/model.onnx',
  onboarding: 'model/personalisation-onboarding/model.onnx',
} as const;

export const POPULAR_FILE = 'model/popular/model.onnx';

/** The same model without the votes of held-back users. No server loads it: the gate compares versions by it. */
export const POPULAR_GATE_FILE = 'model/popular-gate/model.onnx';

/** The name of a staged file below the folder of a version. */
export const inVersion = (staged: string): string => staged.slice('model/'.length);
