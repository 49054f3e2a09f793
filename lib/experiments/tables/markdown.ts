/** Cells of Markdown tables. */

/** A name from the data as the content of a cell: it shows as it is, with the signs ␊ and ␍ for line breaks. */
export function markdownCell(name: string): string {
  return name.replace(/[\\|<&]/g, "\\$&").replaceAll("\n", "␊").replaceAll("\r", "␍");
}
