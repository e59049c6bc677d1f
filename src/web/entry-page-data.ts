import { HunchError } from '../domain/errors.js';
import { MAX_ID_LENGTH, userId as toUserId, type UserId } from '../domain/ids.js';
import { MODEL_NAMES, type ModelName } from '../domain/model.js';
import type { RecommendationPage } from '../recommend/poll-lists.js';
import type { ModelStatusInfo } from '../registry/model-operations.js';
import type { PageServices } from './page-services.js';

const PEOPLE_TO_TRY = 6;

export type ModelRow = { readonly name: ModelName; readonly status: ModelStatusInfo | null };

/** The list of one user, or why there is none. */
export type UserList =
  | { readonly userId: UserId; readonly page: RecommendationPage }
  | { readonly userId: UserId; readonly problem: string };

/** What the entry page shows. */
export interface EntryPageData {
  readonly polls: number;
  readonly models: readonly ModelRow[];
  /** Absent where users are nobody's business: outside development mode. */
  readonly people: { readonly shown: UserList | null; readonly others: readonly UserId[] } | null;
}

export interface EntryPageRequest {
  /** What came as `?user=`. */
  readonly user: string | null;
  readonly showPeople: boolean;
}

/** Asks the services for all the page shows. What does not answer is shown as such; the page always comes. */
export async function loadEntryPage(
  services: PageServices,
  { user, showPeople }: EntryPageRequest,
): Promise<EntryPageData> {
  const models = Promise.all(
    MODEL_NAMES.map(async (name) => ({ name, status: await services.models.status(name).catch(() => null) })),
  );
  const people = showPeople ? loadPeople(services, user) : null;
  return { polls: services.catalogue.size, models: await models, people: await people };
}

async function loadPeople(services: PageServices, user: string | null): Promise<EntryPageData['people']> {
  const others = await services.features.sample(PEOPLE_TO_TRY).catch((): UserId[] => []);
  const named = user?.trim().slice(0, MAX_ID_LENGTH);
  const id = named ? toUserId(named) : others[0];
  return { shown: id === undefined ? null : await loadList(services, id), others };
}

async function loadList({ lists }: PageServices, userId: UserId): Promise<UserList> {
  try {
    const page = await lists.recommendations({
      userId,
      first: 10,
      after: null,
      filter: {},
      context: { topics: [], languages: [] },
      scenario: 'home',
      personalised: true,
    });
    return { userId, page };
  } catch (error) {
    return { userId, problem: error instanceof HunchError ? error.message : 'The list could not be made.' };
  }
}
