import { modelVersion, pollId, recommendationId } from '../../src/domain/ids.js';
import type { LoggedAnswer } from '../../src/domain/logged-answer.js';

/** One answer of two places, the second of which explored. */
export function loggedAnswer(id: string, changes: Partial<LoggedAnswer> = {}): LoggedAnswer {
  return {
    recommendationId: recommendationId(id),
    answeredAt: Date.UTC(2026, 0, 31, 12),
    list: 'recommendations',
    subject: 'home',
    source: 'PERSONALISED',
    fallbackReason: null,
    model: { name: 'PERSONALISATION', version: modelVersion('v1') },
    places: [
      {
        position: 0,
        pollId: pollId('p1'),
        policy: 'BECAUSE_YOU_VOTED',
        score: 0.9,
        propensity: 1,
        explores: 0,
        otherwise: null,
      },
      {
        position: 1,
        pollId: pollId('n1'),
        policy: 'EXPLORATION',
        score: 0.9,
        propensity: 0.05,
        explores: 0.1,
        otherwise: pollId('p2'),
      },
    ],
    exploration: {
      share: 0.1,
      method: 'weighted',
      candidates: [
        { pollId: pollId('n1'), weight: 1, votes: 0, likingShare: 0.5 },
        { pollId: pollId('n2'), weight: 0.5, votes: 1, likingShare: 0.6 },
        { pollId: pollId('n3'), weight: 0.5, votes: 1, likingShare: 0.6 },
      ],
    },
    ...changes,
  };
}
