export * from './generated/sdk.js';
export {
  createHunchClient,
  type HunchClient,
  type HunchClientOptions,
  type ModelRefreshEvent,
} from './hunch-client.js';
