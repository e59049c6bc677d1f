import { describe, expect, it } from 'vitest';
import { fold, spelledWords, words } from './words.js';

describe('words', () => {
  it.each([
    ["I've 2 cats; you?", ['i', 've', '2', 'cats', 'you']],
    ['Über-Größe ÀÉÎ', ['uber', 'grosse', 'aei']],
    ['個人情報を保護する', ['個人', '情報', 'を', '保護', 'する']],
    ['Uber的司機', ['uber', '的', '司機']],
    ['한국어 시험', ['한국어', '시험']],
    ['हिन्दी भाषा', ['हिन्दी', 'भाषा']],
    ['ภาษาไทย', ['ภาษา', 'ไทย']],
    ['№ ﬁne ＡＢＣ', ['no', 'fine', 'abc']],
    ['… 🙂 —', []],
  ])('of %s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('keeps apart what marks tell apart in other scripts', () => {
    expect(fold('が')).not.toBe(fold('か'));
    expect(fold('Ё')).toBe(fold('е'));
  });

  it('come with their spelling, which says more than the folded word of some languages', () => {
    expect(spelledWords("L'École préférée, ＡＩ 個人情報")).toEqual([
      { folded: 'l', spelled: 'L' },
      { folded: 'ecole', spelled: 'École' },
      { folded: 'preferee', spelled: 'préférée' },
      { folded: 'ai', spelled: 'AI' },
      { folded: '個人', spelled: '個人' },
      { folded: '情報', spelled: '情報' },
    ]);
    expect(spelledWords('?! 🙂')).toEqual([]);
  });
});
