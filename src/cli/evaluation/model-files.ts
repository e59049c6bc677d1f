import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelSession, OpenModel } from '../../models/evaluation/model-session.js';
import type { PersonalisationModel } from '../../models/personalisation/personalisation-model.js';
import { writeRankingGraph } from '../../models/personalisation/ranking-graph.js';
import { writeTopPollsGraph } from '../../models/personalisation/top-polls-graph.js';

/** The two files of one model, as they would be served, for as long as they are needed. */
export class ModelFiles {
  /** Of both files. */
  readonly bytes: number;
  readonly #folder: string;
  readonly #openModel: OpenModel;

  private constructor(folder: string, bytes: number, openModel: OpenModel) {
    this.#folder = folder;
    this.bytes = bytes;
    this.#openModel = openModel;
  }

  /** Writes them into a temporary folder. */
  static async write(model: PersonalisationModel, openModel: OpenModel): Promise<ModelFiles> {
    const folder = await mkdtemp(join(tmpdir(), 'hunch-evaluate-'));
    let bytes = 0;
    for (const [name, write] of [
      ['personalisation-ranking', writeRankingGraph],
      ['personalisation', writeTopPollsGraph],
    ] as const) {
      const content = write(model);
      await writeFile(join(folder, `${name}.onnx`), content);
      bytes += content.length;
    }
    return new ModelFiles(folder, bytes, openModel);
  }

  /** Gives `use` a session of one file, and releases it. */
  async with<T>(
    name: 'personalisation' | 'personalisation-ranking',
    use: (session: ModelSession) => Promise<T>,
  ): Promise<T> {
    const session = await this.#openModel(join(this.#folder, `${name}.onnx`));
    try {
      return await use(session);
    } finally {
      await session.release();
    }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
