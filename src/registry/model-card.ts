import type { ModelName } from '../domain/model.js';
import type { VersionRecord } from './registry-document.js';

/** The name of the card among a version's files. */
export const MODEL_CARD = 'model.json';

/** What is known of a version, as text for who finds its folder and wonders what it is. */
export function modelCard(model: ModelName, { state: _, ...record }: VersionRecord): string {
  return `${JSON.stringify({ model, ...record }, null, 2)}\n`;
}
