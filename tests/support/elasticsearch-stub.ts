import { httpStubs } from './http-stub.js';

export type { StubAnswer } from './http-stub.js';

/** Answer as an Elasticsearch node would in troubles that a real one can not be brought into. */
export const elasticsearchStubs = (): ReturnType<typeof httpStubs> =>
  httpStubs({
    'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
    'x-elastic-product': 'Elasticsearch',
  });
