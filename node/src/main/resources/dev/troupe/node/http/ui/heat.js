// The heat map of keys: which parts of the key space were asked for, over the last hour.

import { byId, el, section, setText } from "./dom.js";
import { clock, count, endKey, startKey } from "./format.js";
import { Table } from "./table.js";

const STEP = 20000;
const HEIGHT = 420;
const LEFT = 150;
const BOTTOM = 22;
const LEVELS = 6;

const loads = {
  both: ["reads and writes", (r) => r.writes + r.reads],
  writes: ["writes", (r) => r.writes],
  reads: ["reads", (r) => r.reads],
};

const binary = (base64) => atob(base64);

class HeatMap {
  constructor(main) {
    this.what = el("select", { id: "what", onchange: () => this.draw() }, ...Object.entries(loads).map(([value, [text]]) => el("option", { value, text })));
    this.system = el("input", { type: "checkbox", id: "system", checked: true, onchange: () => this.draw() });
    this.note = el("span", { class: "hint", role: "status" });
    this.scale = el("span", { class: "scale" });
    this.canvas = el("canvas", { class: "heat", role: "img", "aria-label": "Heat of keys over time; the table below has the same figures" });
    this.canvas.addEventListener("mousemove", (event) => this.point(event));
    this.canvas.addEventListener("mouseleave", () => setText(this.note, this.silent));
    this.table = new Table([
      { title: "Range", text: (r) => `r${r.range}` },
      { title: "From key", text: (r) => startKey(r.start), class: "key" },
      { title: "Up to", text: (r) => endKey(r.end), class: "key" },
      { title: "Now, per second", number: true, sort: (r) => r.now, cell: (r, td) => setText(td, count(r.now)) },
      { title: "Mean", number: true, sort: (r) => r.mean, cell: (r, td) => setText(td, count(r.mean)) },
      { title: "Peak", number: true, sort: (r) => r.peak, cell: (r, td) => setText(td, count(r.peak)) },
      { title: "Peak at", text: (r) => clock(r.peakAt) },
    ], "no key was asked for in the last hour", { caption: "The same as a table" });
    main.append(
      el("p", { class: "hint", text: "Time from left to right, keys from the lowest at the bottom to the highest at the top; rows are the borders that ranges have had. Splitting a hot range shows it finer." }),
      el("div", { class: "bar" }, el("label", {}, "Show ", this.what), el("label", {}, this.system, " with the system range"), this.scale, this.note),
      el("figure", { class: "stripbox" }, this.canvas), section("The same as a table", this.table.box));
    document.addEventListener("themechange", () => this.draw());
    addEventListener("resize", () => this.draw());
    this.silent = "";
  }

  update(items) {
    this.silent = items.filter((item) => item.silent).map((item) => `not shown: ${item.silent}`).join("; ");
    setText(this.note, this.silent);
    this.steps = new Map();
    for (const item of items.filter((each) => !each.silent)) {
      const at = Math.round(item.at / STEP) * STEP;
      if (!this.steps.has(at)) this.steps.set(at, []);
      this.steps.get(at).push(...item.ranges.map((r) => ({ ...r, from: binary(r.start_base64), to: binary(r.end_base64) })));
    }
    this.draw();
  }

  /** The borders between rows, and for each step what was asked for in each row. */
  arrange() {
    const load = loads[this.what.value][1];
    const wanted = (r) => load(r) > 0 && (this.system.checked || r.range !== 1);
    const borders = new Set();
    for (const ranges of this.steps.values()) for (const r of ranges) if (wanted(r)) { borders.add(r.from); borders.add(r.to); }
    this.borders = [...borders].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const place = new Map(this.borders.map((border, i) => [border, i]));
    const last = Math.max(Math.floor(Date.now() / STEP) * STEP, ...this.steps.keys());
    this.times = Array.from({ length: 180 }, (unused, i) => last - (179 - i) * STEP);
    this.cells = this.times.map((time) => {
      const column = new Array(Math.max(0, this.borders.length - 1)).fill(null);
      for (const r of this.steps.get(time) || []) {
        if (!wanted(r)) continue;
        for (let row = place.get(r.from); row < place.get(r.to); row++) {
          column[row] = { ...r, load: (column[row] ? column[row].load : 0) + load(r) };
        }
      }
      return column;
    });
  }

  draw() {
    if (!this.steps || !this.canvas.isConnected) return;
    this.arrange();
    const width = this.canvas.clientWidth;
    const scale = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(HEIGHT * scale);
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const style = getComputedStyle(document.documentElement);
    const [soft, line] = ["--soft", "--line"].map((name) => style.getPropertyValue(name).trim());
    const heats = Array.from({ length: LEVELS }, (unused, i) => style.getPropertyValue(`--h${i + 1}`).trim());
    const rows = Math.max(1, this.borders.length - 1);
    const [left, bottom] = [width < 600 ? 70 : LEFT, HEIGHT - BOTTOM];
    this.area = { left, bottom, step: (width - left) / this.times.length, row: bottom / rows };
    const peak = Math.max(1, ...this.cells.flat().map((cell) => (cell ? cell.load : 0)));
    this.cells.forEach((column, i) => column.forEach((cell, row) => {
      if (!cell) return;
      const level = Math.min(LEVELS - 1, Math.floor((Math.log1p(cell.load) / Math.log1p(peak)) * LEVELS));
      pen.fillStyle = heats[level];
      pen.fillRect(left + i * this.area.step, bottom - (row + 1) * this.area.row, Math.ceil(this.area.step), Math.max(1, this.area.row - (this.area.row > 5 ? 1 : 0)));
    }));
    pen.font = "11px ui-monospace, 'DejaVu Sans Mono', monospace";
    pen.fillStyle = soft;
    pen.textBaseline = "bottom";
    let free = bottom + 1;
    this.borders.slice(0, -1).forEach((border, row) => {
      const y = bottom - row * this.area.row;
      if (y > free) return;
      const known = this.name(border);
      pen.fillText(known.length * 6.7 > left - 8 ? `${known.slice(0, Math.floor((left - 16) / 6.7))}…` : known, 2, y);
      free = y - 14;
    });
    pen.font = "11px system-ui, sans-serif";
    pen.strokeStyle = line;
    pen.strokeRect(left, 0.5, width - left - 0.5, bottom);
    this.times.forEach((time, i) => {
      if (i % 30 === 15) pen.fillText(clock(time).slice(0, 5), left + i * this.area.step - 14, HEIGHT - 3);
    });
    this.scale.replaceChildren("1", ...heats.map((heat, i) => el("i", { class: `heat${i + 1}` })), `${count(peak)} per second`);
    this.fillTable();
  }

  name(border) {
    for (const ranges of this.steps.values()) for (const r of ranges) if (r.from === border) return startKey(r.start);
    return "";
  }

  fillTable() {
    const load = loads[this.what.value][1];
    const ranges = new Map();
    const last = this.times[this.times.length - 1];
    for (const time of this.times) {
      for (const r of this.steps.get(time) || []) {
        if (load(r) === 0 || (!this.system.checked && r.range === 1)) continue;
        const kept = ranges.get(r.range) || { id: r.range, range: r.range, sum: 0, peak: 0, peakAt: time, now: 0, first: time };
        kept.start = r.start;
        kept.end = r.end;
        kept.sum += load(r);
        if (load(r) > kept.peak) { kept.peak = load(r); kept.peakAt = time; }
        if (time === last) kept.now += load(r);
        ranges.set(r.range, kept);
      }
    }
    this.table.show([...ranges.values()].map((r) => ({ ...r, mean: r.sum / ((last - r.first) / STEP + 1) })).sort((a, b) => b.mean - a.mean));
  }

  point(event) {
    if (!this.area) return;
    const column = Math.floor((event.offsetX - this.area.left) / this.area.step);
    const row = Math.floor((this.area.bottom - event.offsetY) / this.area.row);
    const cell = this.cells[column] && this.cells[column][row];
    setText(this.note, cell ? `${clock(this.times[column])}  r${cell.range} from ${startKey(cell.start)}: ${count(cell.writes)} writes/s, ${count(cell.reads)} reads/s` : this.silent);
  }
}

function open(main) {
  byId("main").classList.add("wide");
  const map = new HeatMap(main);
  return (topic, items) => map.update(items);
}

export default { path: "/heat", title: "Key heat", topics: ["heat"], open };
