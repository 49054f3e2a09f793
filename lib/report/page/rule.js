// @ts-check

/** A test clip as the detector of one category scored it: a row of the page's tables.
 * @typedef {{ id: string, category: string, group: string, model: string, score: number, p: number | undefined,
 *   anomalous: boolean }} Row */

/** A number of alarms among some clips, and Wilson's 95 % interval of its rate.
 * @typedef {{ alarms: number, clips: number, ci: [number, number] }} Rate */

/** The rule of `predict`, by which everything on the page goes: a clip raises the alarm at p-values up to alpha.
 *
 * @param {number | undefined} p Undefined if the detector is not calibrated. @param {number} alpha */
export function raisesAlarm(p, alpha) {
  return p !== undefined && p <= alpha;
}

/** What an alarm, or none, means for a clip.
 *
 * @param {Pick<Row, "p" | "anomalous">} row @param {number} alpha
 * @returns {"" | "false alarm" | "miss" | "found" | "quiet"} "" if the detector is not calibrated. */
export function verdictOf({ p, anomalous }, alpha) {
  if (p === undefined) return "";
  if (raisesAlarm(p, alpha)) return anomalous ? "found" : "false alarm";
  return anomalous ? "miss" : "quiet";
}

/** Rate of alarms among clips, with the interval of Wilson (1927).
 *
 * @param {readonly Pick<Row, "p">[]} rows @param {number} alpha @returns {Rate} */
export function alarmRate(rows, alpha) {
  const clips = rows.length, alarms = rows.filter(({ p }) => raisesAlarm(p, alpha)).length;
  const z = 1.959963984540054, rate = alarms / clips, scale = 1 + z ** 2 / clips;
  const middle = (rate + z ** 2 / (2 * clips)) / scale;
  const half = z / scale * Math.sqrt(rate * (1 - rate) / clips + z ** 2 / (4 * clips ** 2));
  return { alarms, clips, ci: [alarms === 0 ? 0 : middle - half, alarms === clips ? 1 : middle + half] };
}

/** Where scores begin to raise the alarm, by the test clips of one detector: none of them raises it below `low`, all of them do from
 * `high` on. Between the two the score does not tell, because a p-value compares scores by the model of each calibration fold.
 *
 * @param {readonly Pick<Row, "score" | "p">[]} rows @param {number} alpha
 * @returns {{ low: number, high: number } | null} null if no clip raises the alarm. */
export function alarmLine(rows, alpha) {
  let quiet = -Infinity, loud = Infinity;
  for (const { score, p } of rows) {
    if (raisesAlarm(p, alpha)) loud = Math.min(loud, score);
    else quiet = Math.max(quiet, score);
  }
  if (loud === Infinity) return null;
  return quiet === -Infinity
    ? { low: loud, high: loud }
    : { low: Math.min(quiet, loud), high: Math.max(quiet, loud) };
}

/** Names of the categories whose detector cannot raise an alarm, with the smallest p-value that it can give.
 *
 * @param {readonly { category: string, smallestP?: number }[]} categories @param {number} alpha
 * @returns {[category: string, smallestP: number][]} */
export function silentCategories(categories, alpha) {
  return categories.flatMap(({ category, smallestP }) =>
    smallestP !== undefined && smallestP > alpha ? [[category, smallestP]] : []
  );
}

/** Mean p-value of the clips of each category (columns) by the detector of each category (rows); NaN where there is none.
 *
 * @param {readonly Row[]} rows @param {readonly string[]} models @param {readonly string[]} categories
 * @returns {number[][]} */
export function meanPValues(rows, models, categories) {
  const sums = models.map(() => categories.map(() => ({ sum: 0, count: 0 })));
  const [at, to] = [models, categories].map((names) => new Map(names.map((name, i) => [name, i])));
  for (const { model, category, p } of rows) {
    const [i, j] = [at.get(model), to.get(category)];
    if (i === undefined || j === undefined || p === undefined) continue;
    sums[i][j].sum += p;
    sums[i][j].count++;
  }
  return sums.map((row) => row.map(({ sum, count }) => sum / count));
}
