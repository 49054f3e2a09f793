import type { Notebook } from "../../tools/notebook.ts";

/** A notebook of code cells. */
export function notebookOf(codes: readonly string[], metadata: Notebook["metadata"]): Notebook {
  const cells = codes.map((source, i) => ({
    cell_type: "code" as const,
    id: `cell${i}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  return { cells, metadata, nbformat: 4, nbformat_minor: 5 };
}
