import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { HttpModelClient } from '../../src/datasources/inference/http-model-client.js';
import { modelClientContract } from '../../src/datasources/inference/model-client.contract.js';
import { describeWithService } from '../support/services.js';
import { tempFolders } from '../support/temp-folder.js';
import { writeTinyVersion } from '../support/tiny-model.js';

const NAMES = ['personalisation', 'personalisation-ranking', 'popular'];

describeWithService('kserve', 'HttpModelClient and the KServe Python server', (service) => {
  const folders = tempFolders();
  modelClientContract('the KServe Python server', async () => {
    const folder = await folders.make();
    await writeTinyVersion(folder, 'v1', { polls: 40, offset: 0, names: NAMES });
    const modelDir = join(folder, 'v1');
    // The server takes the model it is started with from the folder itself, and others from folders of their names.
    await cp(join(modelDir, 'personalisation', 'model.onnx'), join(modelDir, 'model.onnx'));
    const { url } = await service.start([modelDir, 'personalisation']);
    for (const name of NAMES.slice(1)) {
      const response = await fetch(`${url}/v2/repository/models/${name}/load`, { method: 'POST' });
      expect(response.status).toBe(200);
    }
    const client = new HttpModelClient({ replicas: () => [url] });
    return { client, versions: null, close: () => client.close() };
  });
});
