import { topEigenvectors } from '../linear-algebra/top-eigenvectors.js';
import type { FactorSettings } from './factor-settings.js';
import { biasFactor } from './loading-priors.js';
import type { QuestionColumns } from './question-columns.js';
import type { TokenLog } from './token-log.js';
import { blocksOfPolls, type TopicBlock } from './topic-blocks.js';

/** The most-voted polls of a topic that its dense matrix holds. */
const MOST_POLLS = 400;
/** The newest votes of a user that are paired: work grows with their square. */
const MOST_VOTES = 200;
/** Votes that are enough for a start. */
const ENOUGH_VOTES = 400_000;
/** Pseudo-users without anything in common, and pseudo-votes that draw a user's own mean to that of all. */
const PAIR_PRIOR = 20;
const USER_PRIOR = 5;

export interface StartInput {
  readonly columns: QuestionColumns;
  readonly blocks: readonly TopicBlock[];
  readonly means: Float64Array;
  readonly factorCount: number;
}

/**
 * Where the loadings start: in each topic, the leading eigenvectors of the shrunken covariance of residual votes, each as long
 * as the root of its eigenvalue. Users who vote together on the polls of one topic make it; other columns start at zero and get
 * theirs in the first round. From chance starts the fit ends in slightly worse optima.
 */
export function startLoadings(
  { columns, blocks, means, factorCount: k }: StartInput,
  log: TokenLog,
  settings: FactorSettings,
): Float64Array {
  const loadings = new Float64Array(columns.columnCount * k);
  if (k === 0) return loadings;
  const covariances = blocks.map((block) => new PairCovariance(columns, block));
  const blockOfPoll = blocksOfPolls(blocks, columns.firstTokens.length - 1);
  const pollOfToken = new Int32Array(columns.tokenCount);
  for (let poll = 0; poll + 1 < columns.firstTokens.length; poll += 1) {
    pollOfToken.fill(poll, columns.firstTokens[poll], columns.firstTokens[poll + 1]);
  }
  // Users spread over the whole log, whatever order they stand in: a topic without any would never leave zero.
  const stride = Math.ceil(Math.max(1, log.tokens.length) / ENOUGH_VOTES);
  for (let user = 0; user + 1 < log.starts.length; user += stride) {
    const end = log.starts[user + 1] as number;
    const start = Math.max(log.starts[user] as number, end - MOST_VOTES);
    const byBlock = new Map<PairCovariance, number[]>();
    for (let n = start; n < end; n += 1) {
      const token = log.tokens[n] as number;
      const block = covariances[blockOfPoll[pollOfToken[token] as number] as number];
      if (block === undefined) continue;
      const own = byBlock.get(block);
      if (own === undefined) byBlock.set(block, [token]);
      else own.push(token);
    }
    for (const [block, tokens] of byBlock) block.add(tokens, means);
  }
  for (const covariance of covariances) covariance.writeLoadings(loadings, { k, factors: settings.factors });
  columns.kinds.forEach((kind, column) => {
    const bias = settings.bias[kind];
    if (bias !== null) loadings[column * k + biasFactor(kind, settings)] = bias;
  });
  return loadings;
}

/** Covariances of the residual votes on one topic's most-voted polls. */
class PairCovariance {
  readonly #columns: QuestionColumns;
  /** By column of the matrix: the question column. */
  readonly #own: Int32Array;
  /** By question column. */
  readonly #places: ReadonlyMap<number, number>;
  readonly #products: Float64Array;
  readonly #together: Float64Array;

  constructor(columns: QuestionColumns, { learnt }: TopicBlock) {
    this.#columns = columns;
    const own: number[] = [];
    for (const poll of learnt.subarray(0, MOST_POLLS)) {
      const end = columns.firstColumns[poll + 1] as number;
      for (let column = columns.firstColumns[poll] as number; column < end; column += 1) own.push(column);
    }
    this.#own = Int32Array.from(own);
    this.#places = new Map(own.map((column, place) => [column, place]));
    this.#products = new Float64Array(own.length ** 2);
    this.#together = new Float64Array(own.length ** 2);
  }

  add(tokens: readonly number[], means: Float64Array): void {
    const { kinds, valuesOfToken } = this.#columns;
    const entries: { place: number; residual: number; kind: string }[] = [];
    const sums = new Map<string, { sum: number; count: number }>();
    for (const token of tokens) {
      for (const { column, value } of valuesOfToken[token] ?? []) {
        const place = this.#places.get(column);
        if (place === undefined) continue;
        const kind = kinds[column] as string;
        const residual = value - (means[column] as number);
        entries.push({ place, residual, kind });
        const own = sums.get(kind) ?? { sum: 0, count: 0 };
        own.sum += residual;
        own.count += 1;
        sums.set(kind, own);
      }
    }
    const size = this.#own.length;
    const centred = entries.map(({ place, residual, kind }) => {
      const own = sums.get(kind);
      const bias = kind === 'OPTION' || own === undefined ? 0 : own.sum / (own.count + USER_PRIOR);
      return { place, residual: residual - bias };
    });
    for (const a of centred) {
      for (const b of centred) {
        const at = a.place * size + b.place;
        this.#products[at] = (this.#products[at] as number) + a.residual * b.residual;
        this.#together[at] = (this.#together[at] as number) + 1;
      }
    }
  }

  writeLoadings(
    loadings: Float64Array,
    { k, factors }: { readonly k: number; readonly factors: number },
  ): void {
    const size = this.#own.length;
    const { polls } = this.#columns;
    const data = this.#products.map((product, at) => product / ((this.#together[at] as number) + PAIR_PRIOR));
    // Two questions of one poll are answered by one vote, which says nothing of what users have in common.
    this.#own.forEach((column, row) => {
      this.#own.forEach((other, place) => {
        if (polls[column] === polls[other]) data[row * size + place] = 0;
      });
    });
    const { values, vectors } = topEigenvectors({ size, data }, factors);
    const width = values.length;
    const leading = Array.from(values.keys()).filter((f) => (values[f] as number) > 0);
    leading.forEach((f, factor) => {
      const length = Math.sqrt(values[f] as number);
      this.#own.forEach((column, row) => {
        loadings[column * k + factor] = length * (vectors[row * width + f] as number);
      });
    });
  }
}
