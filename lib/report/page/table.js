// @ts-check
/// <reference lib="dom" />
import { csvText } from "./csv.js";
import { h, saveText, scrolled } from "./dom.js";

/** Rows of a page of a table. */
const PAGE = 25;

/** A column: the value that it is sorted and exported by, and what is shown of it where that is something else.
 * @template T
 * @typedef {{ title: string, value: (row: T) => string | number | undefined, cell?: (row: T) => Node | string,
 *   isHeader?: boolean }} Column */

/** A choice of rows: each of its values, with the rows that it keeps. The first value is what is chosen at the start.
 * @template T
 * @typedef {{ title: string, choices: () => [value: string, text: string, keeps: (row: T) => boolean][] }} Filter */

/** A table that is sorted by its heads, filtered, searched and exported.
 *
 * @template T
 * @param {{ title: string, file: string, columns: Column<T>[], filters: Filter<T>[], rows: readonly T[],
 *   searched: (row: T) => string, sortedBy: string, isMarked?: (row: T) => boolean }} options */
export function createTable(
  { title, file, columns, filters, rows, searched, sortedBy, isMarked = () => false },
) {
  let sort = { title: sortedBy, isDown: false }, page = 0;
  /** @type {T[]} */
  let shown = [];
  const search = h("input", { type: "search", id: "search", oninput: () => refresh() });
  const selects = filters.map((filter, i) => {
    const select = h(
      "select",
      { id: `filter-${i}`, onchange: () => refresh() },
      ...filter.choices().map(([value, text]) => h("option", { value }, text)),
    );
    return { filter, select };
  });
  const heads = columns.map((column) => {
    const button = h("button.sort", { onclick: () => sortBy(column.title) }, column.title);
    const isNumber = rows.length > 0 && typeof column.value(rows[0]) === "number";
    return { column, head: h(isNumber ? "th.number" : "th", { scope: "col" }, button) };
  });
  const body = h("tbody"), count = h("p.muted.count", { role: "status" });
  const [previous, next] = /** @type {const} */ ([["Previous", -1], ["Next", 1]]).map(([text, by]) =>
    h("button.quiet", { onclick: () => turn(by) }, text)
  );
  const place = h("span.muted");
  const save = h("button.quiet", { onclick: () => saveText(file, csv()) }, "Save as CSV");
  const element = h(
    "div.data-table",
    h(
      "div.filters",
      h("div", h("label", { for: "search" }, "Search"), search),
      ...selects.map(({ filter: { title }, select }) =>
        h("div", h("label", { for: select.id }, title), select)
      ),
    ),
    h("div.title", count, save),
    scrolled(
      title,
      h(
        "table.rows",
        h("caption.out-of-sight", title),
        h("thead", h("tr", ...heads.map(({ head }) => head))),
        body,
      ),
    ),
    h("div.controls.pages", previous, place, next),
  );

  /** @param {string} title */
  function sortBy(title) {
    sort = { title, isDown: sort.title === title && !sort.isDown };
    page = 0;
    refresh();
  }

  /** @param {number} by */
  function turn(by) {
    const to = page + by;
    if (to < 0 || to * PAGE >= shown.length) return;
    page = to;
    draw();
  }

  /** Filter and sort the rows anew.
   *
   * @param {boolean} [isKept] Whether the page is kept. */
  function refresh(isKept = false) {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const keeps = selects.map(({ filter, select }) =>
      filter.choices().find(([value]) => value === select.value)?.[2] ?? (() => true)
    );
    shown = rows.filter((row) => {
      if (!keeps.every((keep) => keep(row))) return false;
      const text = searched(row).toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const { value } = columns.find(({ title }) => title === sort.title) ?? columns[0];
    shown.sort((a, b) => compare(value(a), value(b)) * (sort.isDown ? -1 : 1));
    if (!isKept) page = 0;
    page = Math.min(page, Math.max(0, Math.ceil(shown.length / PAGE) - 1));
    draw();
  }

  function draw() {
    for (const { column, head } of heads) {
      const isSorted = column.title === sort.title;
      head.setAttribute("aria-sort", !isSorted ? "none" : sort.isDown ? "descending" : "ascending");
    }
    const from = page * PAGE, own = shown.slice(from, from + PAGE);
    count.textContent = `${shown.length} of ${rows.length} rows`;
    place.textContent = shown.length > PAGE ? `${from + 1} to ${from + own.length}` : "";
    previous.setAttribute("aria-disabled", String(page === 0));
    next.setAttribute("aria-disabled", String(from + PAGE >= shown.length));
    for (const button of [previous, next]) button.hidden = shown.length <= PAGE;
    body.replaceChildren(
      ...own.map((row) =>
        h(
          "tr",
          { "aria-current": isMarked(row) ? "true" : null },
          ...columns.map(({ value, cell, isHeader }) => {
            const own = value(row), content = cell ? cell(row) : String(own ?? "");
            const tag = isHeader ? "th" : typeof own === "number" ? "td.number" : "td";
            return h(tag, isHeader ? { scope: "row" } : null, content);
          }),
        )
      ),
    );
  }

  /** The rows as they are filtered and sorted, as CSV. */
  function csv() {
    return csvText(
      columns.map(({ title }) => title),
      shown.map((row) => columns.map(({ value }) => value(row))),
    );
  }
  refresh();
  return {
    element,
    refresh,
    csv,
    /** Choose a value of a filter.
     *
     * @param {string} title @param {string} value */
    choose(title, value) {
      const own = selects.find(({ filter }) => filter.title === title);
      if (!own) return;
      own.select.value = value;
      refresh();
    },
  };
}

/** Order of two values: numbers by size, texts by letters and the numbers in them; what is absent comes last.
 *
 * @param {string | number | undefined} a @param {string | number | undefined} b */
function compare(a, b) {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

const collator = new Intl.Collator("en", { numeric: true });
