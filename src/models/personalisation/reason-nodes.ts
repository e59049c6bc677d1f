import { OnnxGraph, type Value } from '../onnx/onnx-graph.js';
import { addRowByRow } from '../onnx/row-by-row.js';
import type { TopPolls } from '../onnx/top-polls-nodes.js';
import {
  addBestTokens,
  type BestTokens,
  type ContributionInput,
  type LearntNodes,
} from './contribution-nodes.js';
import type { CovoteNodes } from './covote-nodes.js';
import { addLeaveOneOut, type EvidenceNodes } from './evidence-nodes.js';
import type { InterestNodes } from './interest-nodes.js';
import { addPosterior, type PosteriorNodes } from './posterior-nodes.js';

export interface ReasonInput extends LearntNodes {
  readonly history: Value;
  readonly evidence: EvidenceNodes;
  /** [B,1+H,…]; [B,1,…] in large batches: see addPosteriors. */
  readonly posteriors: PosteriorNodes;
  readonly interests: InterestNodes;
  readonly covotes: CovoteNodes;
  readonly top: TopPolls;
}

/** Above this many differences (slots × polls given, over all rows) rows are looked at one by one, to bound memory. */
const MOST_AT_ONCE = 2 * 1024 * 1024;

/**
 * Writes the outputs `because` and `because_weight` [B,K]: the history token that speaks most for each poll given and what the score
 * would lose without it; "" and 0 where none does.
 */
export function addReasons(graph: OnnxGraph, reason: ReasonInput): void {
  const { history, evidence, posteriors, interests, covotes, top } = reason;
  const { votes, shares } = covotes;
  const input: ContributionInput = { ...interests, votes, shares, places: top.places };

  const together = new OnnxGraph('rows-together', 'all_');
  outputBest(together, addBestTokens(together, { input, posteriors }, reason), 'all_');
  const apart = new OnnxGraph('rows-apart', 'each_');
  outputBest(apart, addRowsApart(apart, input, reason), 'each_');

  const given = graph.node('Shape', [top.places], { start: { int: 1 } });
  const differences = graph.node('Mul', [graph.node('Size', [interests.slots]), given]);
  const areFew = graph.node('LessOrEqual', [differences, graph.ints([MOST_AT_ONCE], [1])]);
  const isSmall = [evidence.isSmall, covotes.isSmall].reduce(
    (all, own) => graph.node('And', [all, own]),
    graph.node('Squeeze', [areFew]),
  );
  const [place, loss] = graph.nodes('If', [isSmall], {
    attributes: { then_branch: { graph: together }, else_branch: { graph: apart } },
    outputs: 2,
  }) as [Value, Value];
  const isReason = graph.node('And', [
    top.isFilled,
    graph.node('GreaterOrEqual', [place, graph.ints([0], [1])]),
  ]);
  const shape = ['B', 'K'];
  graph.output('because', addTokens(graph, history, { place, isReason }), { type: 'string', shape });
  graph.output('because_weight', graph.node('Where', [isReason, loss, graph.floats([0], [1])]), {
    type: 'float',
    shape,
  });
}

function outputBest(graph: OnnxGraph, { place, loss }: BestTokens, prefix: string): void {
  const shape = ['B', 'K'];
  graph.output(`${prefix}best`, place, { type: 'int64', shape });
  graph.output(`${prefix}loss`, loss, { type: 'float', shape });
}

/** The same, one row after the other. */
function addRowsApart(
  graph: OnnxGraph,
  input: ContributionInput,
  { evidence: { rows, table, factorCount }, model, questions, covotes }: ReasonInput,
): BestTokens {
  const inputs = {
    rows: { value: rows, type: 'int64' },
    places: { value: input.places, type: 'int64' },
    slots: { value: input.slots, type: 'int64' },
    slotWeights: { value: input.slotWeights, type: 'float' },
    profile: { value: input.profile, type: 'float' },
    lifts: { value: input.lifts, type: 'float' },
    logits: { value: input.logits, type: 'float' },
    votes: { value: input.votes, type: 'int64' },
    shares: { value: input.shares, type: 'float' },
  } as const;
  const [place, loss] = addRowByRow(graph, { prefix: 'row_', inputs }, (row, own) => {
    const posteriors = addPosterior(row, addLeaveOneOut(row, { rows: own.rows, table }), factorCount);
    const best = addBestTokens(row, { input: own, posteriors }, { model, questions, covotes });
    const shape = ['row_K'];
    return [
      { value: best.place, type: 'int64', shape },
      { value: best.loss, type: 'float', shape },
    ];
  }) as [Value, Value];
  return { place, loss };
}

/** The texts of the history at the places of each row; "" where there is no reason. */
function addTokens(
  graph: OnnxGraph,
  history: Value,
  { place, isReason }: { readonly place: Value; readonly isReason: Value },
): Value {
  // Texts can not be chosen by condition everywhere, places can: "" stands after the last token of the batch.
  const flat = graph.node('Reshape', [history, graph.ints([-1], [1])]);
  const withNone = graph.node('Concat', [flat, graph.strings([''], [1])], { axis: { int: 0 } });
  const shape = graph.node('Shape', [history]);
  const size = (axis: number): Value =>
    graph.node('Gather', [shape, graph.ints([axis], [])], { axis: { int: 0 } });
  const rows = graph.node('Range', [graph.ints([0], []), size(0), graph.ints([1], [])]);
  const starts = graph.node('Unsqueeze', [graph.node('Mul', [rows, size(1)]), graph.ints([1], [1])]);
  const places = graph.node('Where', [
    isReason,
    graph.node('Add', [place, starts]),
    graph.node('Size', [history]),
  ]);
  return graph.node('Gather', [withNone, places], { axis: { int: 0 } });
}
