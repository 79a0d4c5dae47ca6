/** Something that wants to have its middle at a height. */
export interface Wish {
  readonly wish: number;
  /** Height that it takes. */
  readonly size: number;
}

/** The heights at which things stand one under the other in the given order, without overlap, and altogether nearest to where they want to be. */
export function spread(wishes: readonly Wish[]): readonly number[] {
  const offsets = offsetsOf(wishes);
  const runs: { readonly mean: number; readonly count: number }[] = [];
  for (const [index, { wish }] of wishes.entries()) {
    let run = { mean: wish - (offsets[index] ?? 0), count: 1 };
    for (let before = runs.at(-1); before !== undefined && before.mean > run.mean; before = runs.at(-1)) {
      runs.pop();
      const count = before.count + run.count;
      run = { mean: (before.mean * before.count + run.mean * run.count) / count, count };
    }
    runs.push(run);
  }
  const means = runs.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean));
  return means.map((mean, index) => mean + (offsets[index] ?? 0));
}

/** How far the middle of each is below that of the first when all touch. */
function offsetsOf(wishes: readonly Wish[]): readonly number[] {
  return wishes.reduce<readonly number[]>((offsets, { size }, index) => {
    const before = wishes[index - 1];
    return before === undefined ? [0] : [...offsets, (offsets.at(-1) ?? 0) + (before.size + size) / 2];
  }, []);
}
