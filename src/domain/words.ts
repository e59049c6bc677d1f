/** A run of letters, marks and digits. */
const RUN = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Accents of Latin, Greek and Cyrillic letters. Marks of other scripts, such as か and が, tell words apart. */
const ACCENTS = /[\u0300-\u036f]/g;

// The dictionaries behind it know Chinese, Japanese and Thai words in any locale.
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Whether the word is of a script without spaces: short, and often found inside of longer words. */
export const isUnspaced = (word: string): boolean => UNSPACED.test(word);

/** One spelling for words that differ in case, accents, width or ligature only: `Straße` and `STRASSE`, `ＡＩ` and `ai`. */
export const fold = (text: string): string =>
  text.normalize('NFKD').replace(ACCENTS, '').normalize('NFC').toLowerCase().replaceAll('ß', 'ss');

/** The words of a text in any language, folded, in order. */
export function words(text: string): string[] {
  const found: string[] = [];
  for (const run of fold(text).match(RUN) ?? []) {
    // Segmenting costs ten times what the expression does, and is of use for these scripts only.
    if (!isUnspaced(run)) found.push(run);
    else for (const part of segmenter.segment(run)) if (part.isWordLike) found.push(part.segment);
  }
  return found;
}

export interface SpelledWord {
  readonly folded: string;
  /** As it stands in the text, with its accents and capitals. */
  readonly spelled: string;
}

/** The same words, with how each was spelled. */
export function spelledWords(text: string): SpelledWord[] {
  const runs = text.normalize('NFKC').match(RUN) ?? [];
  return runs.flatMap((run) =>
    words(run).map((folded) => ({ folded, spelled: isUnspaced(folded) ? folded : run })),
  );
}
