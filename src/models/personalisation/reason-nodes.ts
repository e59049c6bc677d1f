import { type ElementType, OnnxGraph, type Value } from '../onnx/onnx-graph.js';
import type { TopPolls } from '../onnx/top-polls-nodes.js';
import { addBestTokens, type ContributionInput } from './contribution-nodes.js';
import type { HistoryNodes } from './history-nodes.js';
import type { PersonalisationModel } from './personalisation-model.js';
import type { ScoreNodes } from './score-nodes.js';

export interface ReasonInput {
  readonly model: PersonalisationModel;
  readonly history: Value;
  readonly read: HistoryNodes;
  readonly scores: ScoreNodes;
  readonly top: TopPolls;
}

/** Above this many differences (slots × polls given, over all rows) rows are looked at one by one, to bound memory. */
const MOST_AT_ONCE = 2 * 1024 * 1024;

/** Writes the output `because` [B,K]: the history token that speaks most for each poll given, "" where none does. */
export function addReasons(graph: OnnxGraph, { model, history, read, scores, top }: ReasonInput): void {
  const { likingParts, answerParts } = scores;
  const input: ContributionInput = {
    rows: read.rows,
    values: read.values,
    known: read.known,
    slots: read.slots,
    slotWeights: read.slotWeights,
    places: top.places,
    likingLogits: likingParts.logits,
    taste: likingParts.taste,
    length: likingParts.length,
    factor: likingParts.factor,
    answerLogits: answerParts.logits,
    profile: answerParts.profile,
    lifts: answerParts.lifts,
  };
  const learnt = { model, weights: likingParts.weights };
  const shape = ['B', 'K'];

  const together = new OnnxGraph('rows-together', 'all_');
  together.output('all_best', addBestTokens(together, input, learnt), { type: 'int64', shape });
  const apart = new OnnxGraph('rows-apart', 'each_');
  apart.output('each_best', addRowByRow(apart, input, learnt), { type: 'int64', shape });

  const given = graph.node('Shape', [top.places], { start: { int: 1 } });
  const differences = graph.node('Mul', [graph.node('Size', [read.slots]), given]);
  const isSmall = graph.node('Squeeze', [
    graph.node('LessOrEqual', [differences, graph.ints([MOST_AT_ONCE], [1])]),
  ]);
  const best = graph.node('If', [isSmall], {
    then_branch: { graph: together },
    else_branch: { graph: apart },
  });
  const because = addTokens(graph, history, { best, isFilled: top.isFilled });
  graph.output('because', because, { type: 'string', shape });
}

const WHOLE_NUMBERS: ReadonlySet<keyof ContributionInput> = new Set(['rows', 'slots', 'places']);

/** The same, one row after the other. */
function addRowByRow(
  graph: OnnxGraph,
  input: ContributionInput,
  learnt: { readonly model: PersonalisationModel; readonly weights: Value },
): Value {
  const names = Object.keys(input) as (keyof ContributionInput)[];
  const row = new OnnxGraph('row', 'row_');
  const axis = row.ints([0], [1]);
  const own = Object.fromEntries(
    names.map((name) => {
      const type: ElementType = WHOLE_NUMBERS.has(name) ? 'int64' : 'float';
      return [name, row.node('Unsqueeze', [row.input(`row_${name}`, type, [`row_${name}_size`]), axis])];
    }),
  ) as Record<keyof ContributionInput, Value>;
  const best = row.node('Squeeze', [addBestTokens(row, own, learnt), axis]);
  row.output('row_best', best, { type: 'int64', shape: ['row_K'] });
  return graph.node(
    'Scan',
    names.map((name) => input[name]),
    { body: { graph: row }, num_scan_inputs: { int: names.length } },
  );
}

/** The texts of the history at the places `best` of each row; "" where that is -1 or no poll is given. */
function addTokens(
  graph: OnnxGraph,
  history: Value,
  { best, isFilled }: { readonly best: Value; readonly isFilled: Value },
): Value {
  // Texts can not be chosen by condition everywhere, places can: "" stands after the last token of the batch.
  const flat = graph.node('Reshape', [history, graph.ints([-1], [1])]);
  const withNone = graph.node('Concat', [flat, graph.strings([''], [1])], { axis: { int: 0 } });
  const shape = graph.node('Shape', [history]);
  const size = (axis: number): Value =>
    graph.node('Gather', [shape, graph.ints([axis], [])], { axis: { int: 0 } });
  const rows = graph.node('Range', [graph.ints([0], []), size(0), graph.ints([1], [])]);
  const starts = graph.node('Unsqueeze', [graph.node('Mul', [rows, size(1)]), graph.ints([1], [1])]);
  const isReason = graph.node('And', [isFilled, graph.node('GreaterOrEqual', [best, graph.ints([0], [1])])]);
  const places = graph.node('Where', [
    isReason,
    graph.node('Add', [best, starts]),
    graph.node('Size', [history]),
  ]);
  return graph.node('Gather', [withNone, places], { axis: { int: 0 } });
}
