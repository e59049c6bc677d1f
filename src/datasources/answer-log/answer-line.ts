import type { LoggedAnswer } from '../../domain/logged-answer.js';

/** One answer as a line of the log, with its line break. The fields are those of docs/off-policy.md. */
export function answerLine(answer: LoggedAnswer): string {
  const { exploration, model } = answer;
  const line = {
    recommendation_id: answer.recommendationId,
    answered_at: new Date(answer.answeredAt).toISOString(),
    list: answer.list,
    subject: answer.subject,
    source: answer.source,
    fallback_reason: answer.fallbackReason,
    model: model === null ? null : { name: model.name, version: model.version },
    places: answer.places.map((place) => ({
      position: place.position,
      poll_id: place.pollId,
      policy: place.policy,
      score: place.score,
      propensity: place.propensity,
      // Most places are not left to chance: a line is half as long without the fields that say so.
      ...(place.explores > 0 ? { explores: place.explores, otherwise: place.otherwise } : {}),
    })),
    exploration:
      exploration === null
        ? null
        : {
            share: exploration.share,
            method: exploration.method,
            candidates: exploration.candidates.map((candidate) => ({
              poll_id: candidate.pollId,
              weight: candidate.weight,
              votes: candidate.votes,
              liking_share: candidate.likingShare,
            })),
          },
  };
  return `${JSON.stringify(line)}\n`;
}
