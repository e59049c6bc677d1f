import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pollId, userId } from '../domain/ids.js';
import { MINUTE } from '../domain/time.js';
import { CURSOR_LIFETIME, GivenPolls, type ListIdentity, PageTokens } from './page-token.js';

const secret = 'a secret that is long enough for tests';
const list: ListIdentity = { kind: 'recommendations', userId: userId('u1'), subject: 'home' };

function tokensAt(start: number, key = secret): { tokens: PageTokens; advance: (ms: number) => void } {
  let now = start;
  return {
    tokens: new PageTokens({ secret: key, clock: () => now }),
    advance: (ms) => {
      now += ms;
    },
  };
}

describe('page tokens', () => {
  it('remember every poll up to their own place, over any number of pages', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 20 }), { maxLength: 5 }),
        (pages) => {
          const { tokens } = tokensAt(1_000);
          let given = new GivenPolls();
          const seen: string[] = [];
          for (const page of pages) {
            const ids = page.map(pollId);
            const cursors = tokens.cursors(list, given, ids);
            cursors.forEach((cursor, index) => {
              const opened = tokens.open(list, cursor);
              for (const id of [...seen, ...page.slice(0, index + 1)])
                expect(opened.has(pollId(id))).toBe(true);
            });
            const last = cursors.at(-1);
            if (last !== undefined) given = tokens.open(list, last);
            seen.push(...page);
          }
        },
      ),
    );
  });

  it('say nothing of polls that come later in the page', () => {
    const { tokens } = tokensAt(1_000);
    const [first] = tokens.cursors(list, new GivenPolls(), [pollId('a'), pollId('b')]);
    expect(tokens.open(list, first ?? '').has(pollId('b'))).toBe(false);
  });

  it('are good on another instance with the same secret', () => {
    const [cursor] = tokensAt(1_000).tokens.cursors(list, new GivenPolls(), [pollId('a')]);
    expect(
      tokensAt(2_000)
        .tokens.open(list, cursor ?? '')
        .has(pollId('a')),
    ).toBe(true);
  });

  it('expire after 30 minutes', () => {
    const { tokens, advance } = tokensAt(1_000);
    const [cursor = ''] = tokens.cursors(list, new GivenPolls(), [pollId('a')]);
    advance(CURSOR_LIFETIME);
    expect(tokens.open(list, cursor).size).toBe(1);
    advance(MINUTE);
    expect(() => tokens.open(list, cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_EXPIRED' }));
  });

  it.each([
    ['of another user', { ...list, userId: userId('u2') }],
    ['of another scenario', { ...list, subject: 'digest' }],
    ['of another list', { ...list, kind: 'popular' as const }],
  ])('are refused when they are %s', (_, other) => {
    const { tokens } = tokensAt(1_000);
    const [cursor = ''] = tokens.cursors(list, new GivenPolls(), [pollId('a')]);
    expect(() => tokens.open(other, cursor)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', path: 'after' }),
    );
  });

  it('are refused when one bit is changed, when signed with another secret, and when made up', () => {
    const { tokens } = tokensAt(1_000);
    const [cursor = ''] = tokens.cursors(list, new GivenPolls(), [pollId('a')]);
    const bytes = Buffer.from(cursor, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
      expect(() => tokens.open(list, forged.toString('base64url'))).toThrow(/cursor/);
    }
    expect(() => tokensAt(1_000, 'another secret, also long enough').tokens.open(list, cursor)).toThrow(
      /cursor/,
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => tokens.open(list, text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
      }),
    );
  });

  it('give each answer an id of its own', () => {
    const { tokens } = tokensAt(1_000);
    const ids = Array.from({ length: 50 }, () => tokens.recommendationId(list, 'PERSONALISED', null));
    expect(new Set(ids).size).toBe(50);
  });
});
