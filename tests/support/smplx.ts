/** An independent definition of forward kinematics, for tests. */

type Matrix = number[][];

const range = (count: number) => Array.from({ length: count }, (_, k) => k);
const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, column) => row.reduce((sum, value, k) => sum + value * b[k][column], 0)));

/** The exponential of the cross-product matrix of a vector, by its series. */
function exponential([x, y, z]: number[]): Matrix {
  const cross = [[0, -z, y], [z, 0, -x], [-y, x, 0]];
  let term = range(3).map((i) => range(3).map((j) => Number(i === j))), sum = term;
  for (let n = 1; n < 60; n++) {
    term = multiply(term, cross).map((row) => row.map((value) => value / n));
    sum = sum.map((row, i) => row.map((value, j) => value + term[i][j]));
  }
  return sum;
}

/** Positions [frames, joints, 3] of a pose [frames, joints + 1, 3], by the product of 4 x 4 matrices from the root to each joint. */
export function positionsByMatrices(
  pose: Float32Array,
  rest: Float32Array,
  parents: readonly number[],
): number[] {
  const joints = parents.length,
    vector = (values: Float32Array, at: number) => [...values.subarray(at * 3, at * 3 + 3)];
  return range(pose.length / 3 / (joints + 1)).flatMap((t) =>
    range(joints).flatMap((joint) => {
      let whole = range(4).map((i) => range(4).map((j) => Number(i === j)));
      for (let at = joint; at >= 0; at = parents[at]) {
        const from = parents[at] < 0
          ? vector(pose, t * (joints + 1) + joints).map((v) => -v)
          : vector(rest, parents[at]);
        const move = vector(rest, at).map((value, k) => value - from[k]);
        const turn = exponential(vector(pose, t * (joints + 1) + at));
        whole = multiply([...turn.map((row, k) => [...row, move[k]]), [0, 0, 0, 1]], whole);
      }
      return range(3).map((k) => whole[k][3]);
    })
  );
}
