/**
 * How much each vote counts by its age: 2^(−share / halfLife), share being the part of its group's votes that are newer; 1 on average
 * in each group. All count the same in a group where some time is not known. `groups` names the group of each vote by a number
 * below `groupCount`.
 */
export function recencyWeights(
  times: ArrayLike<number>,
  { groups, groupCount }: { readonly groups: ArrayLike<number>; readonly groupCount: number },
  halfLife: number,
): Float32Array {
  const sizes = new Uint32Array(groupCount);
  for (let n = 0; n < times.length; n += 1) {
    const group = groups[n] as number;
    sizes[group] = (sizes[group] as number) + 1;
  }
  const sorted = Array.from(sizes, (size) => new Float64Array(size));
  const filled = new Uint32Array(groupCount);
  for (let n = 0; n < times.length; n += 1) {
    const group = groups[n] as number;
    const at = filled[group] as number;
    filled[group] = at + 1;
    (sorted[group] as Float64Array)[at] = times[n] as number;
  }
  for (const own of sorted) own.sort();
  const weights = new Float32Array(times.length);
  const totals = new Float64Array(groupCount);
  for (let n = 0; n < times.length; n += 1) {
    const group = groups[n] as number;
    const own = sorted[group] as Float64Array;
    // NaN sorts last.
    const isDated = !Number.isNaN(own.at(-1) ?? Number.NaN);
    const newer = isDated ? own.length - firstAbove(own, times[n] as number) : 0;
    const weight = 2 ** (-newer / own.length / halfLife);
    weights[n] = weight;
    totals[group] = (totals[group] as number) + weight;
  }
  return weights.map((weight, n) => {
    const group = groups[n] as number;
    return (weight * (sizes[group] as number)) / (totals[group] as number);
  });
}

/** The place of the first value above `value` in a rising list. */
function firstAbove(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
