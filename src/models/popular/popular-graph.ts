import { formatToken } from '../../domain/history.js';
import { OnnxGraph, type Value } from '../onnx/onnx-graph.js';
import { addTopPolls, EXCLUDED_SCORE } from '../onnx/top-polls-nodes.js';
import type { PopularModel } from './popular-model.js';

/** Selects the trend instead of the popularity; no condition on the poll. */
export const TRENDING = '@trending';

/**
 * The file `popular`: segment [B,S], exclude [B,E] and limit [B,1] in; poll_id and score [B,K] out. Every condition of the segment
 * must hold; "" and `@trending` hold for every poll, a topic or language the model does not know for none.
 */
export function writePopularGraph(model: PopularModel): Uint8Array {
  const { entries } = model;
  const graph = new OnnxGraph('popular');
  const segment = graph.input('segment', 'string', ['B', 'S']);
  const exclude = graph.input('exclude', 'string', ['B', 'E']);
  const limit = graph.input('limit', 'int64', ['B', 1]);

  const conditions = listConditions(model);
  const wanted = graph.placeOf(segment, conditions.names);
  const isWanted = graph.node('And', [
    addMembership(graph, wanted, conditions),
    graph.node('Less', [
      graph.ints([...entries.keys(), entries.length], [entries.length + 1]),
      graph.ints([entries.length], [1]),
    ]),
  ]);
  const scores = graph.node('Where', [
    addAny(graph, wanted, TREND_PLACE),
    withUnknown(
      graph,
      entries.map((entry) => entry.trending),
    ),
    withUnknown(
      graph,
      entries.map((entry) => entry.popularity),
    ),
  ]);
  const open = graph.node('Where', [isWanted, scores, graph.floats([EXCLUDED_SCORE], [1])]);
  addTopPolls(graph, open, { polls: entries.map((entry) => entry.pollId), exclude, limit });
  return graph.encode('The most popular polls, overall or of topics and languages.');
}

const EVERY_PLACE = 0;
const TREND_PLACE = 1;

interface Conditions {
  readonly names: readonly string[];
  /** Places of the conditions that each poll meets, the general ones left out; `width` a poll, filled up with `EVERY_PLACE`. */
  readonly met: Int32Array;
  readonly width: number;
}

function listConditions({ entries }: PopularModel): Conditions {
  const places = new Map<string, number>([
    ['', EVERY_PLACE],
    [TRENDING, TREND_PLACE],
  ]);
  const placeOf = (name: string): number => {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  };
  const met = entries.map(({ topics, language }) => [
    ...topics.map((topic) => placeOf(formatToken({ kind: 'TOPIC', topic }))),
    ...(language === null ? [] : [placeOf(formatToken({ kind: 'LANGUAGE', language }))]),
  ]);
  const width = met.reduce((most, own) => Math.max(most, own.length), 1);
  // One more row stands for polls the model does not know: it meets nothing beyond the general conditions.
  const table = new Int32Array((entries.length + 1) * width).fill(EVERY_PLACE);
  met.forEach((own, poll) => {
    table.set(own, poll * width);
  });
  return { names: [...places.keys()], met: table, width };
}

/** Whether all conditions of a row hold for a poll: [B,N+1]. */
function addMembership(graph: OnnxGraph, wanted: Value, { met, width }: Conditions): Value {
  const asked = graph.node('Unsqueeze', [wanted, graph.ints([2, 3], [2])]);
  const table = graph.ints(met, [met.length / width, width]);
  const meets = addOr(graph, graph.node('Equal', [asked, table]), 3);
  const isGeneral = graph.node('LessOrEqual', [
    graph.node('Unsqueeze', [wanted, graph.ints([2], [1])]),
    graph.ints([TREND_PLACE], [1]),
  ]);
  const missed = graph.node('Not', [graph.node('Or', [meets, isGeneral])]);
  return graph.node('Not', [addOr(graph, missed, 1)]);
}

/** Whether any condition of the row is the one at `place`: [B,1]. */
function addAny(graph: OnnxGraph, wanted: Value, place: number): Value {
  const is = graph.node('Equal', [wanted, graph.ints([place], [1])]);
  return graph.node('Unsqueeze', [addOr(graph, is, 1), graph.ints([1], [1])]);
}

/** True where any element along the axis is; the axis goes. */
function addOr(graph: OnnxGraph, flags: Value, axis: number): Value {
  const counts = graph.node('Cast', [flags], { to: { int: 1 } });
  const most = graph.node('ReduceMax', [counts], { axes: { ints: [axis] }, keepdims: { int: 0 } });
  return graph.node('Cast', [most], { to: { int: 9 } });
}

const withUnknown = (graph: OnnxGraph, scores: readonly number[]): Value =>
  graph.floats([...scores, EXCLUDED_SCORE], [scores.length + 1]);
