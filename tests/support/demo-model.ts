import { OnnxGraph } from './onnx-graph.js';

/**
 * A model of no signature of ours, with numbers and text: inputs `features` FP32 [-1,4] and `country` BYTES [-1]; outputs `score`
 * FP32 [-1,3], the features times a matrix and 0.5 more in NO, and `top` BYTES [-1], the name of the best column. The samples of
 * the protocol beside the checkout were recorded with a model that gives these answers.
 */
export function demoModel(): Uint8Array {
  const graph = new OnnxGraph();
  graph.input('features', 'float', ['n', 4]);
  graph.input('country', 'string', ['n']);
  const weights = graph.floats([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.5, 0.25, 0.125], [4, 3]);
  const bias = graph.node('LabelEncoder', ['country'], {
    keys_strings: ['NO', 'GB'],
    values_floats: Float32Array.of(0.5, 0.25),
  });
  const column = graph.node('Unsqueeze', [bias, graph.ints([1], [1])]);
  graph.node('Add', [graph.node('MatMul', ['features', weights]), column], {}, ['score']);
  const best = graph.node('ArgMax', ['score'], { axis: 1, keepdims: 0 });
  graph.node(
    'LabelEncoder',
    [best],
    { keys_int64s: [0, 1, 2], values_strings: ['poll-a', 'poll-b', 'poll-c'], default_string: '' },
    ['top'],
  );
  graph.output('score', 'float', ['n', 3]);
  graph.output('top', 'string', ['n']);
  return graph.encode();
}
