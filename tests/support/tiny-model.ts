import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OnnxGraph } from './onnx-graph.js';

const EXCLUDED = -1e9;

export interface TinyModelOptions {
  /** Number of polls: `p0`, `p1`, …; each in topic `even` or `odd`. */
  readonly polls: number;
  /** Added to every score, so that an answer tells which version gave it. */
  readonly offset: number;
}

/**
 * Models of the signatures of the OIP names whose answers are easy to know: a vote `pN:agree` lifts poll N+1 by 1,
 * `pN:disagree` lowers it by 1; without history, earlier polls score higher (0.1 for p0, falling); the offset is added to all. For
 * onboarding it is the other way round: what is lifted elsewhere is lowered there.
 */
export function tinyModel(oipName: string, options: TinyModelOptions): Uint8Array {
  switch (oipName) {
    case 'personalisation':
      return tinyTopK(options);
    case 'personalisation-ranking':
      return tinyRanking(options);
    case 'personalisation-onboarding':
      return tinyOnboarding(options);
    case 'popular':
      return tinyPopular(options);
    default:
      throw new Error(`There is no tiny model named ${oipName}.`);
  }
}

/** Writes `FOLDER/VERSION/OIP-NAME/model.onnx` for each name. */
export async function writeTinyVersion(
  folder: string,
  version: string,
  options: TinyModelOptions & { readonly names: readonly string[] },
): Promise<void> {
  for (const name of options.names) {
    const path = join(folder, version, name, 'model.onnx');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, tinyModel(name, options));
  }
}

export async function pointCurrentTo(folder: string, version: string): Promise<void> {
  await writeFile(join(folder, '.current.tmp'), version);
  await rename(join(folder, '.current.tmp'), join(folder, 'current'));
}

const ids = (polls: number): string[] => Array.from({ length: polls }, (_, n) => `p${n}`);
const baseScores = ({ polls, offset }: TinyModelOptions): number[] =>
  Array.from({ length: polls }, (_, n) => offset + 0.1 * (1 - n / polls));

/** Row 2N of the table is `pN:agree`, row 2N+1 `pN:disagree`, the last one any unknown token. Gives [B,H,P]. */
function contributions(graph: OnnxGraph, polls: number): string {
  const tokens = ids(polls).flatMap((id) => [`${id}:agree`, `${id}:disagree`]);
  const table = new Array<number>((tokens.length + 1) * polls).fill(0);
  for (let n = 0; n < polls; n++) {
    table[2 * n * polls + ((n + 1) % polls)] = 1;
    table[(2 * n + 1) * polls + ((n + 1) % polls)] = -1;
  }
  const rows = lookUp(graph, 'history', tokens);
  return graph.node('Gather', [graph.floats(table, [tokens.length + 1, polls]), rows], { axis: 0 });
}

const lookUp = (graph: OnnxGraph, input: string, keys: readonly string[]): string =>
  graph.node('LabelEncoder', [input], {
    keys_strings: keys,
    values_int64s: keys.map((_, n) => n),
    default_int64: keys.length,
  });

function scores(graph: OnnxGraph, options: TinyModelOptions, weights: string): string {
  const sum = graph.node('ReduceSum', [weights, graph.ints([1], [1])], { keepdims: 0 });
  return graph.node('Add', [sum, graph.floats(baseScores(options), [options.polls])]);
}

/** Takes the excluded out and gives the best K as `poll_id` and `score`; returns the indices, -1 where none is left. */
function best(graph: OnnxGraph, { polls }: TinyModelOptions, all: string): { indices: string; kept: string } {
  const excluded = lookUp(graph, 'exclude', ids(polls));
  const wide = graph.node('Concat', [all, graph.node('Slice', [all, ...slice(graph, 0, 1)])], { axis: 1 });
  const low = graph.node('Expand', [graph.floats([EXCLUDED], [1]), graph.node('Shape', [excluded])]);
  const masked = graph.node('ScatterElements', [wide, excluded, low], { axis: 1 });
  const open = graph.node('Slice', [masked, ...slice(graph, 0, polls)]);
  const largest = graph.node('ReduceMax', ['limit'], { keepdims: 0 });
  const k = graph.node('Reshape', [
    graph.node('Min', [largest, graph.ints([polls], [])]),
    graph.ints([1], [1]),
  ]);
  const [values, indices] = ['best_values', 'best_indices'];
  graph.node('TopK', [open, k], { axis: 1 }, [values, indices]);
  const kept = graph.node('Greater', [values, graph.floats([EXCLUDED / 2], [1])]);
  const known = graph.node('Where', [kept, indices, graph.ints([-1], [1])]);
  graph.node(
    'LabelEncoder',
    [known],
    { keys_int64s: ids(polls).map((_, n) => n), values_strings: ids(polls), default_string: '' },
    ['poll_id'],
  );
  graph.node('Where', [kept, values, graph.floats([0], [1])], {}, ['score']);
  graph.output('poll_id', 'string', ['B', 'K']);
  graph.output('score', 'float', ['B', 'K']);
  return { indices, kept };
}

const slice = (graph: OnnxGraph, from: number, to: number): string[] => [
  graph.ints([from], [1]),
  graph.ints([to], [1]),
  graph.ints([1], [1]),
];

function tinyTopK(options: TinyModelOptions): Uint8Array {
  const graph = new OnnxGraph();
  graph.input('history', 'string', ['B', 'H']);
  graph.input('exclude', 'string', ['B', 'E']);
  graph.input('limit', 'int64', ['B', 1]);
  const weights = contributions(graph, options.polls);
  const { indices } = best(graph, options, scores(graph, options, weights));
  const strongest = graph.node(
    'GatherElements',
    [graph.node('ArgMax', [weights], { axis: 1, keepdims: 0 }), indices],
    { axis: 1 },
  );
  const weight = graph.node(
    'GatherElements',
    [graph.node('ReduceMax', [weights], { axes: [1], keepdims: 0 }), indices],
    { axis: 1 },
  );
  const token = graph.node('GatherElements', ['history', strongest], { axis: 1 });
  const lifted = graph.node('Greater', [weight, graph.floats([0], [1])]);
  graph.node('Where', [lifted, token, graph.strings([''], [1])], {}, ['because']);
  graph.node('Where', [lifted, weight, graph.floats([0], [1])], {}, ['because_weight']);
  graph.output('because', 'string', ['B', 'K']);
  graph.output('because_weight', 'float', ['B', 'K']);
  return graph.encode();
}

function tinyOnboarding(options: TinyModelOptions): Uint8Array {
  const graph = new OnnxGraph();
  graph.input('history', 'string', ['B', 'H']);
  graph.input('exclude', 'string', ['B', 'E']);
  graph.input('limit', 'int64', ['B', 1]);
  best(graph, options, scores(graph, options, graph.node('Neg', [contributions(graph, options.polls)])));
  return graph.encode();
}

function tinyRanking(options: TinyModelOptions): Uint8Array {
  const graph = new OnnxGraph();
  graph.input('history', 'string', ['B', 'H']);
  graph.input('candidates', 'string', ['B', 'C']);
  const all = scores(graph, options, contributions(graph, options.polls));
  const zero = graph.node('Mul', [graph.node('Slice', [all, ...slice(graph, 0, 1)]), graph.floats([0], [1])]);
  const wide = graph.node('Concat', [all, zero], { axis: 1 });
  const places = lookUp(graph, 'candidates', ids(options.polls));
  graph.node('GatherElements', [wide, places], { axis: 1 }, ['score']);
  graph.node('Sigmoid', ['score'], {}, ['liking']);
  graph.node('Sigmoid', [graph.node('Mul', ['score', graph.floats([0.5], [1])])], {}, ['answer']);
  for (const name of ['score', 'answer', 'liking']) graph.output(name, 'float', ['B', 'C']);
  return graph.encode();
}

function tinyPopular(options: TinyModelOptions): Uint8Array {
  const graph = new OnnxGraph();
  const { polls } = options;
  graph.input('segment', 'string', ['B', 'S']);
  graph.input('exclude', 'string', ['B', 'E']);
  graph.input('limit', 'int64', ['B', 1]);
  // Rows: even, odd, "" (every poll), and unknown segments (no poll).
  const member = [0, 1].flatMap((parity) => ids(polls).map((_, n) => (n % 2 === parity ? 1 : 0)));
  const table = [...member, ...new Array<number>(polls).fill(1), ...new Array<number>(polls).fill(0)];
  const rows = lookUp(graph, 'segment', ['@topic:even', '@topic:odd', '']);
  const members = graph.node('Gather', [graph.floats(table, [4, polls]), rows], { axis: 0 });
  const all = graph.node('ReduceMin', [members], { axes: [1], keepdims: 0 });
  const outside = graph.node('Equal', [all, graph.floats([0], [1])]);
  const base = graph.floats(baseScores(options), [polls]);
  best(graph, options, graph.node('Where', [outside, graph.floats([EXCLUDED], [1]), base]));
  return graph.encode();
}
