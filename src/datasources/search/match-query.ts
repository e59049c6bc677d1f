import type { estypes } from '@elastic/elasticsearch';
import type { PollId } from '../../domain/ids.js';
import type { SearchableText } from '../../domain/poll-text.js';
import { isUnspaced, type SpelledWord } from '../../domain/words.js';
import { type MatchWay, ONE_ERROR_LENGTH, PREFIX_LENGTH, TWO_ERRORS_LENGTH, WEIGHTS } from './match-rules.js';

type Query = estypes.QueryDslQueryContainer;

const WORD_FIELDS = Object.entries(WEIGHTS).map(([part, weight]) => `words.${part}^${weight}`);
/** Every word of the poll, whichever part it stands in. */
const ANY_WORD = 'any_word';
/** The text by its language, endings cut; a poll has one of them at most. */
const STEM_FIELDS = ['stems.*'];

/** What a word that only begins like the one asked for counts, and one with a typing error, beside the word itself. */
const PREFIX_WEIGHT = 0.3;
const ERROR_WEIGHT = 0.3;
/** A word that matches in several ways is a little better than one that matches in its best way only. */
const OTHER_WAYS_WEIGHT = 0.1;

const FUZZINESS = `AUTO:${ONE_ERROR_LENGTH},${TWO_ERRORS_LENGTH}`;
/** What is longer is no word that somebody mistyped, and looking for errors in it takes the server long. */
const LONGEST_WITH_ERRORS = 40;

/** How many words stand for a poll where others like it are looked for. Some of them are in no other poll. */
const TELLING_WORDS = 25;

const ONLY_OPEN: Query = { term: { status: 'OPEN' } };

/** Open polls with these words. */
export function matchQuery(wanted: readonly SpelledWord[], way: MatchWay): Query {
  const clauses = wanted.map((word) => wordQuery(word, way));
  const combined = way.words === 'all' ? { must: clauses } : { should: clauses, minimum_should_match: 1 };
  return { bool: { filter: ONLY_OPEN, ...combined } };
}

/**
 * Open polls that share telling words with the text, of which no more than `mostPolls` polls hold any one. The poll of that id
 * is left out.
 */
export function likeQuery(
  text: SearchableText,
  { id, mostPolls }: { readonly id: PollId; readonly mostPolls: number },
): Query {
  const fields = [ANY_WORD, ...Object.keys(text.stems).map((language) => `stems.${language}`)];
  return {
    bool: {
      filter: ONLY_OPEN,
      must_not: { term: { poll_id: id } },
      must: {
        more_like_this: {
          fields,
          like: [{ doc: { any_word: Object.values(text.words).join(' '), stems: text.stems } }],
          min_term_freq: 1,
          min_doc_freq: 1,
          max_doc_freq: mostPolls,
          max_query_terms: TELLING_WORDS,
          minimum_should_match: 1,
        },
      },
    },
  };
}

function wordQuery({ folded, spelled }: SpelledWord, { withErrors }: MatchWay): Query {
  const ways: Query[] = [
    { multi_match: { query: folded, fields: WORD_FIELDS } },
    { multi_match: { query: spelled, fields: STEM_FIELDS } },
  ];
  const isPart = isUnspaced(folded);
  if (isPart || folded.length >= PREFIX_LENGTH) {
    ways.push({ prefix: { [ANY_WORD]: { value: folded, boost: PREFIX_WEIGHT } } });
  }
  if (withErrors && !isPart && folded.length <= LONGEST_WITH_ERRORS) {
    ways.push({ fuzzy: { [ANY_WORD]: { value: folded, fuzziness: FUZZINESS, boost: ERROR_WEIGHT } } });
  }
  return { dis_max: { queries: ways, tie_breaker: OTHER_WAYS_WEIGHT } };
}
