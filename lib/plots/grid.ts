/**
 * Small multiples: positions of the panels of a grid, and names of their axes.
 *
 * @module
 */
import type { Annotation } from "./layout.ts";

/** One panel. */
export interface Panel {
  /** Names of the axes in traces: `x`, `y`, `x2`, `y2`, ... */
  readonly x: string;
  readonly y: string;
  /** Keys of the axes in the layout: `xaxis`, `yaxis2`, ... */
  readonly xKey: `xaxis${string}`;
  readonly yKey: `yaxis${string}`;
  /** Key of the 3D scene in the layout, and its name in traces. */
  readonly scene: `scene${string}`;
  /** Fractions of the figure that it spans. */
  readonly across: readonly [number, number];
  readonly up: readonly [number, number];
  /** Whether it is the leftmost of its row, and whether no panel is below it. */
  readonly left: boolean;
  readonly bottom: boolean;
}

/** Panels of a grid, row by row from the top left.
 *
 * @param gap Gaps between panels as fractions of the figure, horizontal and vertical. */
export function grid(count: number, columns: number, gap: readonly [number, number]): Panel[] {
  const wide = Math.min(count, columns), rows = Math.ceil(count / wide);
  const width = (1 - gap[0] * (wide - 1)) / wide, height = (1 - gap[1] * (rows - 1)) / rows;
  return Array.from({ length: count }, (_, k) => {
    const column = k % wide, row = Math.floor(k / wide), suffix = k === 0 ? "" : String(k + 1);
    const left = column * (width + gap[0]), top = 1 - row * (height + gap[1]);
    return {
      x: `x${suffix}`,
      y: `y${suffix}`,
      xKey: `xaxis${suffix}`,
      yKey: `yaxis${suffix}`,
      scene: `scene${suffix}`,
      across: [left, Math.min(1, left + width)],
      up: [Math.max(0, top - height), top],
      left: column === 0,
      bottom: k + wide >= count,
    };
  });
}

/** The title above a panel. */
export function panelTitle({ across, up }: Panel, text: string, size = 11): Annotation {
  return {
    text,
    x: (across[0] + across[1]) / 2,
    y: up[1],
    xref: "paper",
    yref: "paper",
    xanchor: "center",
    yanchor: "bottom",
    showarrow: false,
    font: { size },
  };
}
