import type { Reason } from '../domain/recommendation.js';
import type { LiveCatalogueView } from '../recommend/live-catalogue.js';
import type { ListEdge, PollPage, RecommendationPage } from '../recommend/poll-lists.js';
import { presentPollById } from './present-poll.js';
import type {
  PageInfoObject,
  PollConnectionObject,
  ReasonObject,
  RecommendationConnectionObject,
} from './types/connection-objects.js';

/** A page with its polls looked up. A poll that has left the catalogue meanwhile is left out of it. */
export function presentPage(catalogue: LiveCatalogueView, page: PollPage): PollConnectionObject {
  const edges = page.edges.flatMap((edge) => {
    const node = presentPollById(catalogue, edge.pollId);
    return node === null ? [] : [{ cursor: edge.cursor, node, score: edge.score }];
  });
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: pageInfo(page),
    recommendationId: page.recommendationId,
  };
}

export function presentRecommendations(
  catalogue: LiveCatalogueView,
  page: RecommendationPage,
): RecommendationConnectionObject {
  const edges = page.edges.flatMap((edge) => {
    const node = presentPollById(catalogue, edge.pollId);
    if (node === null) return [];
    return [{ cursor: edge.cursor, node, score: edge.score, reason: presentReason(catalogue, edge.reason) }];
  });
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: pageInfo(page),
    recommendationId: page.recommendationId,
    source: page.source,
    fallbackReason: page.fallbackReason,
    model: page.model,
    generatedAt: page.generatedAt,
  };
}

function presentReason(catalogue: LiveCatalogueView, reason: Reason): ReasonObject {
  const poll = reason.pollId === null ? null : presentPollById(catalogue, reason.pollId);
  const option = poll?.options.find(({ id }) => id === reason.optionId) ?? null;
  return { kind: reason.kind, poll, option, weight: reason.weight, text: reason.text };
}

/** Cursors are those of the page as it was made: the next page begins there even where a poll was left out. */
function pageInfo(page: PollPage<ListEdge>): PageInfoObject {
  return {
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPreviousPage,
    startCursor: page.edges[0]?.cursor ?? null,
    endCursor: page.edges.at(-1)?.cursor ?? null,
  };
}
