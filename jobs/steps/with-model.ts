import type { ModelSession, OpenModel } from '../../src/models/evaluation/model-session.js';

/** Gives `use` the model of a file, and releases it. */
export async function withModel<T>(
  openModel: OpenModel,
  path: string,
  use: (session: ModelSession) => Promise<T>,
): Promise<T> {
  const session = await openModel(path);
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}
