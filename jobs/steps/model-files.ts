/** Names under which a run stages model files: `model/`, then the name in the version's folder. */
export const PERSONALISATION_FILES = {
  topPolls: 'model/personalisation/model.onnx',
  ranking: 'model/personalisation-ranking/model.onnx',
} as const;

export const POPULAR_FILE = 'model/popular/model.onnx';

/** The name of a staged file below the folder of a version. */
export const inVersion = (staged: string): string => staged.slice('model/'.length);
