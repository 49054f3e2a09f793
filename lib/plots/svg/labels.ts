/** Labels of points: beside their points, where they cover neither points nor each other. */
import type { Area } from "./axes.ts";
import { SMALL } from "./element.ts";
import { SMALLEST, textWidth } from "./text.ts";

/** A label in its place, points. */
export interface PlacedLabel {
  readonly text: string;
  readonly size: number;
  readonly left: number;
  readonly right: number;
  readonly middle: number;
  /** Line from the point to a label that is not beside it: x1, y1, x2, y2. */
  readonly leader?: readonly [number, number, number, number];
}

/** A rectangle: left, top, right, bottom. */
type Box = readonly [number, number, number, number];

/** Directions from a point, the preferred ones first. */
const AROUND = [-2, 2, 0, 4, -1, -3, 1, 3].map((k) =>
  [Math.cos(k * Math.PI / 4), Math.sin(k * Math.PI / 4)] as const
);

/** Room around a point, steps away from it, and how far a label may be without a line to its point. Points. */
const ROOM = 3, STEP = 4, BESIDE = 3, FARTHEST = 80;

/** Place the labels of points inside an area, in the largest of three sizes in which all have a place. A label that has none in the
 * smallest size is left out. */
export function placeLabels(
  points: readonly (readonly [number, number])[],
  texts: readonly string[],
  area: Area,
): PlacedLabel[] {
  let placed: PlacedLabel[] = [];
  for (const size of [SMALL, 5.2, SMALLEST]) {
    placed = placeAll(points, texts, area, size);
    if (placed.length === texts.length) break;
  }
  return placed;
}

function placeAll(
  points: readonly (readonly [number, number])[],
  texts: readonly string[],
  { left, top, width, height }: Area,
  size: number,
): PlacedLabel[] {
  const taken: Box[] = points.map(([x, y]) => [x - ROOM, y - ROOM, x + ROOM, y + ROOM]),
    out: PlacedLabel[] = [];
  const isFree = ([x0, y0, x1, y1]: Box) =>
    x0 >= left && x1 <= left + width && y0 >= top && y1 <= top + height &&
    taken.every(([a, b, c, d]) => x0 >= c || x1 <= a || y0 >= d || y1 <= b);
  texts.forEach((text, i) => {
    const [x, y] = points[i], half = textWidth(text, size) / 2 + 0.5, up = size / 2;
    for (let away = 0; away <= FARTHEST; away += STEP) {
      for (const [h, v] of AROUND) {
        const cx = x + h * (half + ROOM + away), cy = y + v * (up + ROOM + away);
        const box = [cx - half, cy - up, cx + half, cy + up] as const;
        if (!isFree(box)) continue;
        taken.push(box);
        const end = [Math.min(Math.max(x, box[0]), box[2]), Math.min(Math.max(y, box[1]), box[3])] as const;
        const leader = away > BESIDE && { leader: [x, y, ...end] as const };
        out.push({ text, size, left: box[0], right: box[2], middle: cy, ...leader });
        return;
      }
    }
  });
  return out;
}
