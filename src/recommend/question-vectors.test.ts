import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplePoll } from '../../tests/support/edge-services.js';
import { QuestionVectors } from './question-vectors.js';

const ask = (question: string, other: string): number =>
  new QuestionVectors().likeness(samplePoll('a', { question }), samplePoll('b', { question: other }));

describe('the likeness of questions', () => {
  it('is 1 for the same words, whatever their case, marks and width', () => {
    expect(ask('More trams in town?', 'more trams, in TOWN')).toBeCloseTo(1, 5);
    expect(ask('ＡＢＣ trams', 'abc trams')).toBeCloseTo(1, 5);
  });

  it('is 0 for an empty question and for words that share nothing', () => {
    expect(ask('', 'More trams in town?')).toBe(0);
    expect(ask('', '')).toBe(0);
    expect(ask('?!', 'More trams')).toBe(0);
    expect(ask('xyz', 'More trams in town')).toBe(0);
  });

  it('is larger the more the questions have in common, in any script', () => {
    const tram = 'The city should build more tram lines';
    expect(ask(tram, 'The city should build more bus lines')).toBeGreaterThan(
      ask(tram, 'Schools should start at nine'),
    );
    expect(ask('自用車載客應該納管', '自用車載客應該開放')).toBeGreaterThan(
      ask('自用車載客應該納管', '計程車費率太低'),
    );
    expect(ask('Straßenbahnen ausbauen', 'Straßenbahn bauen')).toBeGreaterThan(0.5);
  });

  it('is symmetric, between 0 and 1, and 1 with itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        const likeness = ask(one, other);
        expect(likeness).toBeGreaterThanOrEqual(0);
        expect(likeness).toBeLessThanOrEqual(1);
        expect(ask(other, one)).toBeCloseTo(likeness, 6);
        if (/[\p{L}\p{N}]/u.test(one)) expect(ask(one, one)).toBeCloseTo(1, 5);
      }),
    );
  });

  it('follows a question that is changed', () => {
    const vectors = new QuestionVectors();
    const other = samplePoll('b', { question: 'More trams in town?' });
    expect(vectors.likeness(samplePoll('a', { question: 'More trams in town?' }), other)).toBeCloseTo(1, 5);
    expect(vectors.likeness(samplePoll('a', { question: 'xyz' }), other)).toBe(0);
  });
});
