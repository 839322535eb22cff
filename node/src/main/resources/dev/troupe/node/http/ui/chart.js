// One chart over time, drawn by uPlot, with a table of the same figures.

import { el, setText } from "./dom.js";
import { bytes, clock, count, latency, percent } from "./format.js";

const HEIGHT = 170;

// Below it minutes alone would stand at several places of the axis.
const SHORT_SECONDS = 600;

export const units = {
  "1/s": (n) => `${count(n)}/s`,
  "B/s": (n) => `${bytes(n)}/s`,
  B: bytes,
  s: latency,
  share: percent,
  "": count,
};

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

let library = null;

/** Loads uPlot once, from this node. */
export function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    document.head.append(
      el("link", { rel: "stylesheet", href: "/ui/uplot.css" }),
      el("script", { src: "/ui/uplot.js", onload: () => resolve(window.uPlot), onerror: () => reject(new Error("uplot.js was not loaded")) }));
  });
  return library;
}

/** Values between two gaps, which no line goes through. */
function alone(plot, series) {
  const values = plot.data[series];
  return values.flatMap((value, i) => (value !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : []));
}

export class Chart {
  constructor(title, unit) {
    this.title = title;
    this.unit = unit;
    this.plot = null;
    this.shape = "";
    this.note = el("span", { class: "note" });
    this.toggle = el("button", { type: "button", class: "small", text: "Table", "aria-pressed": "false", "aria-label": `${title}: table`, onclick: () => this.flip() });
    this.canvas = el("div", { class: "plot" });
    this.legend = el("ul", { class: "chartlegend" });
    this.table = el("div", { class: "scroll charttable", tabIndex: 0, role: "region", "aria-label": `${title}, table`, hidden: true });
    this.box = el("figure", { class: "chart" },
      el("figcaption", {}, el("strong", { text: title }), this.note, this.toggle), this.legend, this.canvas, this.table);
    document.addEventListener("themechange", () => { this.shape = ""; this.draw(); });
    new ResizeObserver(() => this.fit()).observe(this.canvas);
  }

  flip() {
    const shown = this.table.hidden;
    this.table.hidden = !shown;
    this.canvas.hidden = shown;
    this.toggle.setAttribute("aria-pressed", String(shown));
    setText(this.toggle, shown ? "Chart" : "Table");
    this.draw();
    this.fit();
  }

  /** Times are milliseconds; a line is {name, values}, with null where nothing is known. */
  show(times, lines, note) {
    this.times = times;
    this.lines = lines;
    setText(this.note, note);
    this.draw();
  }

  draw() {
    if (!this.times) return;
    const some = this.lines.filter((line) => line.values.some((value) => value !== null));
    const latest = some.map((line) => line.values.findLast((value) => value !== null));
    const format = units[this.unit];
    this.legend.replaceChildren(...some.map((line, i) =>
      el("li", { class: `line${(i % 8) + 1}` }, el("span", { text: line.name }), " ", el("strong", { text: format(latest[i]) }))));
    if (some.length === 0) this.legend.replaceChildren(el("li", { class: "hint", text: "nothing was measured in this time" }));
    if (!this.table.hidden) { this.fillTable(some, format); return; }
    const shape = JSON.stringify(some.map((line) => line.name));
    if (shape !== this.shape || !this.plot) this.build(some, format, shape);
    if (this.plot) this.plot.setData([this.times.map((t) => t / 1000), ...some.map((line) => line.values)]);
  }

  fillTable(lines, format) {
    const rows = this.times.map((time, i) => el("tr", {}, el("th", { scope: "row", text: clock(time) }),
      ...lines.map((line) => el("td", { class: "number", text: line.values[i] === null ? "–" : format(line.values[i]) }))));
    this.table.replaceChildren(el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col", text: "Time" }), ...lines.map((line) => el("th", { scope: "col", class: "number", text: line.name })))),
      el("tbody", {}, ...rows.reverse())));
  }

  build(lines, format, shape) {
    if (this.plot) this.plot.destroy();
    this.plot = null;
    this.shape = shape;
    if (lines.length === 0 || !window.uPlot) return;
    const grid = { stroke: css("--line"), width: 1 };
    const axis = { stroke: css("--soft"), grid, ticks: grid, font: "11px system-ui, sans-serif" };
    this.plot = new window.uPlot({
      width: Math.max(200, this.canvas.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false },
      hooks: { setCursor: [(plot) => this.point(plot, lines, format)] },
      scales: { y: { range: (plot, low, high) => [Math.min(0, low), high > 0 ? high * 1.08 : 1] } },
      axes: [
        { ...axis, values: (plot, seconds) => seconds.map((s) => clock(s * 1000).slice(0, plot.scales.x.max - plot.scales.x.min < SHORT_SECONDS ? 8 : 5)), space: 64 },
        { ...axis, size: 78, values: (plot, numbers) => numbers.map((n) => format(n)) },
      ],
      series: [{}, ...lines.map((line, i) => ({ label: line.name, stroke: css(`--c${(i % 8) + 1}`), width: 1.75, points: { show: true, size: 4, filter: alone }, spanGaps: false }))],
    }, [[], ...lines.map(() => [])], this.canvas);
  }

  /** What stood where the pointer is, in place of the newest figures. */
  point(plot, lines, format) {
    const index = plot.cursor.idx;
    [...this.legend.children].forEach((item, i) => {
      const values = lines[i] && this.lines.find((line) => line.name === lines[i].name)?.values;
      if (!values) return;
      const value = index === null || index === undefined ? values.findLast((each) => each !== null) : values[index];
      setText(item.querySelector("strong"), value === null || value === undefined ? "–" : format(value));
    });
  }

  fit() {
    const width = this.canvas.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT });
  }
}
