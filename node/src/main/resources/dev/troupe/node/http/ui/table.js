// Tables that are changed in place: a row stays the same element for as long as its thing is there.

import { el, setClass, setText } from "./dom.js";

/**
 * A table of things by their id. A column is {title, number, text(item), cell(item, td), sort(item)}; `cell` draws by
 * itself, otherwise `text` is written. Columns with `sort` or `text` can be sorted by clicking on their heading.
 */
export class Table {
  constructor(columns, empty, options = {}) {
    this.columns = columns;
    this.options = options;
    this.rows = new Map();
    this.items = [];
    this.order = null;
    this.body = el("tbody");
    this.heads = columns.map((column, index) => this.head(column, index));
    this.emptyRow = el("tr", { class: "empty" }, el("td", { colSpan: columns.length, text: empty }));
    const caption = options.caption ? el("caption", { class: "unseen", text: options.caption }) : null;
    this.box = el("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": options.caption || empty },
      el("table", {}, caption, el("thead", {}, el("tr", {}, ...this.heads)), this.body));
  }

  head(column, index) {
    const cell = el("th", { scope: "col", class: column.number ? "number" : "" });
    if (!column.text && !column.sort) {
      cell.textContent = column.title;
      return cell;
    }
    cell.append(el("button", { type: "button", class: "sort", text: column.title, onclick: () => this.sortBy(index) }));
    return cell;
  }

  sortBy(index) {
    const falling = this.order && this.order.index === index ? !this.order.falling : Boolean(this.columns[index].number);
    this.order = { index, falling };
    this.heads.forEach((head, i) => {
      if (i === index) head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.show(this.items);
  }

  sorted(items) {
    if (!this.order) return items;
    const { index, falling } = this.order;
    const column = this.columns[index];
    const value = column.sort || column.text;
    const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
    return [...items].sort((a, b) => (falling ? -1 : 1) * compare(value(a), value(b)));
  }

  show(items) {
    this.items = items;
    const wanted = this.sorted(items).map((item) => this.row(item));
    const keep = new Set(wanted);
    for (const [id, row] of this.rows) if (!keep.has(row)) { row.remove(); this.rows.delete(id); }
    if (wanted.length === 0) { this.body.replaceChildren(this.emptyRow); return; }
    this.emptyRow.remove();
    wanted.forEach((row, i) => { if (this.body.children[i] !== row) this.body.insertBefore(row, this.body.children[i] || null); });
  }

  row(item) {
    const id = String(item.id);
    let row = this.rows.get(id);
    if (!row) {
      row = el("tr", {}, ...this.columns.map((column) => el("td", { class: column.number ? "number" : column.class || "" })));
      this.rows.set(id, row);
    }
    setClass(row, this.options.rowClass ? this.options.rowClass(item) : "");
    this.columns.forEach((column, i) => {
      const cell = row.children[i];
      if (column.cell) column.cell(item, cell);
      else setText(cell, column.text(item));
    });
    return row;
  }
}

/** Draws a cell anew when what it shows has changed. */
export function redraw(cell, mark, draw) {
  if (cell.dataset.mark === mark) return;
  cell.dataset.mark = mark;
  cell.replaceChildren(...draw());
}
