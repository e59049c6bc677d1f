import type { Poll } from '../domain/poll.js';
import type { Likeness } from './diverse-order.js';
import type { QuestionVectors } from './question-vectors.js';

/** Cosine of the two sets of topics: 1 where they are the same, 0 where they share none or there are none. */
function topicLikeness({ topics }: Poll, other: Poll): number {
  if (topics.length === 0 || other.topics.length === 0) return 0;
  let shared = 0;
  for (const topic of topics) if (other.topics.includes(topic)) shared += 1;
  return shared / Math.sqrt(topics.length * other.topics.length);
}

/** Likeness by topics and by the words of the question, `topicWeight` and one minus it. */
export const pollLikeness =
  (questions: QuestionVectors, topicWeight: number): Likeness =>
  (a, b) =>
    topicWeight * topicLikeness(a, b) + (1 - topicWeight) * questions.likeness(a, b);
