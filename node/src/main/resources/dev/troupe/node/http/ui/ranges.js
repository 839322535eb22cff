// The range map: ranges from the lowest key to the highest, and what each node has of them.
// Only the rows that can be seen exist, so that thousands of ranges cost no more than thirty.

import { byId, el, setClass, setText } from "./dom.js";
import { bytes, count, endKey, startKey } from "./format.js";
import { isWhole, wantedReplicas } from "./overview.js";
import { Panel } from "./rangepanel.js";
import { Strip } from "./rangestrip.js";

const ROW = 30;
const SPARE = 6;

const orders = {
  key: ["by key", () => 0],
  writes: ["most writes first", (a, b) => b.writes_per_second - a.writes_per_second],
  reads: ["most reads first", (a, b) => b.reads_per_second - a.reads_per_second],
  size: ["largest first", (a, b) => b.approximate_bytes - a.approximate_bytes],
  lag: ["furthest behind first", (a, b) => lag(b) - lag(a)],
};

/** How many log entries the last of the replicas that answer has still to apply. */
export function lag(range) {
  const behind = range.replicas.filter((r) => r.reachable).map((r) => range.commit_index - r.applied_index);
  return Math.max(0, ...behind);
}

export function byKey(a, b) {
  const [x, y] = [a.start_base64, b.start_base64].map((text) => atob(text));
  return x < y ? -1 : x > y ? 1 : 0;
}

class RangeMap {
  constructor(main) {
    const asked = new URLSearchParams(location.search);
    this.nodes = [];
    this.all = [];
    this.shown = [];
    this.rows = new Map();
    this.picked = asked.get("range");
    this.jump = this.picked !== null;
    this.filter = el("input", { type: "search", id: "filter", placeholder: "key, r12 or n3", oninput: () => this.arrange() });
    this.show = this.choice("show", asked.get("show") || "all", [
      ["all", "all ranges"], ["leaderless", "without leader"], ["under", "under-replicated"], ["behind", "with replicas behind"], ["busy", "with load"]]);
    this.sort = this.choice("sort", asked.get("sort") || "key", Object.entries(orders).map(([name, [title]]) => [name, title]));
    this.found = el("span", { class: "hint", role: "status" });
    this.head = el("div", { class: "gridrow gridhead", role: "row" });
    this.space = el("div", { class: "space" });
    this.scroller = el("div", { class: "gridbody", role: "rowgroup", tabIndex: 0, "aria-label": "Ranges; arrows move, Enter shows one", onkeydown: (e) => this.key(e) }, this.head, this.space);
    this.scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    addEventListener("resize", () => this.draw());
    this.strip = new Strip((range) => this.pick(range, true));
    this.panel = new Panel(() => this.pick(null));
    main.append(
      this.strip.box,
      el("div", { class: "bar" }, el("label", {}, "Find ", this.filter), el("label", {}, "Show ", this.show), el("label", {}, "Order ", this.sort), this.found),
      el("p", { class: "legend" },
        el("span", { class: "chip leader", text: "leader" }), el("span", { class: "chip voter", text: "voter" }), el("span", { class: "chip learner", text: "learner" }),
        el("span", { class: "chip away", text: "does not answer" }), el("span", { class: "hint", text: "−12: entries still to be applied" })),
      el("div", { class: "split" }, el("div", { class: "grid", role: "grid", "aria-label": "Ranges and nodes" }, this.scroller), this.panel.box));
  }

  choice(id, chosen, options) {
    const box = el("select", { id, onchange: () => this.arrange() }, ...options.map(([value, text]) => el("option", { value, text })));
    box.value = options.some(([value]) => value === chosen) ? chosen : options[0][0];
    return box;
  }

  update(nodes, ranges) {
    this.nodes = nodes;
    this.all = ranges.sort(byKey);
    const columns = ["Range", "Keys", ...nodes.map((n) => `n${n.id}`), "Writes/s", "Reads/s", "Size"];
    const mark = JSON.stringify(nodes.map((n) => [n.id, n.state]));
    if (this.head.dataset.mark !== mark) {
      this.head.dataset.mark = mark;
      this.head.replaceChildren(...columns.map((text, i) => {
        const node = nodes[i - 2];
        const isNode = i >= 2 && i < 2 + nodes.length;
        return el("span", { role: "columnheader", class: isNode ? `nodehead ${node.state}` : i >= 2 ? "number" : "", title: isNode ? `${node.state}, ${node.address}` : "", text });
      }));
      this.scroller.style.setProperty("--nodes", String(nodes.length));
      this.rows.forEach((row) => row.remove());
      this.rows.clear();
    }
    this.arrange();
  }

  arrange() {
    const wanted = wantedReplicas(this.nodes);
    const text = this.filter.value.trim().toLowerCase();
    const tests = {
      all: () => true,
      leaderless: (r) => r.leader === null,
      under: (r) => !isWhole(r, wanted),
      behind: (r) => lag(r) > 0,
      busy: (r) => r.writes_per_second + r.reads_per_second > 0,
    };
    const matches = (r) => text === "" || `r${r.id}` === text || r.start.toLowerCase().includes(text) || r.end.toLowerCase().includes(text)
      || r.replicas.some((replica) => `n${replica.node}` === text);
    this.shown = this.all.filter((r) => tests[this.show.value](r) && matches(r));
    if (this.sort.value !== "key") this.shown.sort(orders[this.sort.value][1]);
    setText(this.found, this.shown.length === this.all.length ? `${count(this.all.length)} ranges` : `${count(this.shown.length)} of ${count(this.all.length)} ranges`);
    this.space.style.height = `${this.shown.length * ROW}px`;
    if (this.jump && this.all.length > 0) {
      this.jump = false;
      this.reveal();
    }
    this.draw();
    this.strip.draw(this.all, this.nodes, this.picked);
    this.panel.show(this.all.find((r) => String(r.id) === this.picked) || null, this.nodes);
  }

  draw() {
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / ROW) - SPARE);
    const last = Math.min(this.shown.length, first + Math.ceil(this.scroller.clientHeight / ROW) + 2 * SPARE);
    const seen = new Set();
    for (let i = first; i < last; i++) {
      const range = this.shown[i];
      const id = String(range.id);
      seen.add(id);
      let row = this.rows.get(id);
      if (!row) {
        row = this.makeRow(id);
        this.rows.set(id, row);
        this.space.append(row);
      }
      row.style.top = `${i * ROW}px`;
      this.fill(row, range);
    }
    for (const [id, row] of this.rows) if (!seen.has(id)) { row.remove(); this.rows.delete(id); }
  }

  makeRow(id) {
    return el("div", { class: "gridrow", role: "row", onclick: () => this.pick(id) },
      el("span", { class: "rangeid" }), el("span", { class: "key" }), ...this.nodes.map(() => el("span", { class: "place" })),
      el("span", { class: "number" }), el("span", { class: "number" }), el("span", { class: "number" }));
  }

  fill(row, range) {
    const cells = row.children;
    setClass(row, `gridrow ${String(range.id) === this.picked ? "picked" : ""}`);
    setText(cells[0], `r${range.id}`);
    setText(cells[1], `${startKey(range.start)} … ${endKey(range.end)}`);
    cells[1].title = `${startKey(range.start)} … ${endKey(range.end)}`;
    this.nodes.forEach((node, i) => this.place(cells[2 + i], range, node));
    const rest = 2 + this.nodes.length;
    setText(cells[rest], count(range.writes_per_second));
    setText(cells[rest + 1], count(range.reads_per_second));
    setText(cells[rest + 2], bytes(range.approximate_bytes));
  }

  place(cell, range, node) {
    const replica = range.replicas.find((r) => r.node === node.id);
    if (!replica) { setClass(cell, "place"); setText(cell, ""); cell.title = ""; return; }
    const leads = range.leader === node.id;
    const behind = replica.reachable ? Math.max(0, range.commit_index - replica.applied_index) : 0;
    setClass(cell, `place ${!replica.reachable ? "away" : leads ? "leader" : replica.role === "learner" ? "learner" : "voter"}`);
    setText(cell, !replica.reachable ? "?" : behind > 0 ? `−${count(behind)}` : leads ? "L" : "");
    cell.title = replica.reachable ? `${replica.role} on n${node.id}, applied ${replica.applied_index}` : `n${node.id} does not answer`;
  }

  reveal() {
    const at = this.shown.findIndex((r) => String(r.id) === this.picked);
    if (at < 0) return;
    const top = at * ROW;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top + 2 * ROW > this.scroller.scrollTop + this.scroller.clientHeight) this.scroller.scrollTop = top + 2 * ROW - this.scroller.clientHeight;
  }

  pick(id, reveal = false) {
    this.picked = id === null ? null : String(id);
    const address = new URL(location.href);
    if (this.picked) address.searchParams.set("range", this.picked); else address.searchParams.delete("range");
    window.history.replaceState(null, "", address);
    if (reveal) this.reveal();
    this.arrange();
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -this.shown.length, End: this.shown.length };
    if (event.key === "Escape") { this.pick(null); return; }
    if (event.key === "Enter") { this.panel.focus(); return; }
    if (!(event.key in steps) || this.shown.length === 0) return;
    event.preventDefault();
    const at = this.shown.findIndex((r) => String(r.id) === this.picked);
    const next = Math.min(this.shown.length - 1, Math.max(0, at + steps[event.key]));
    this.pick(this.shown[next].id, true);
  }
}

function open(main) {
  const map = new RangeMap(main);
  byId("main").classList.add("wide");
  return (topic, items, live) => {
    if (live.known.has("nodes") && live.known.has("ranges")) {
      if (topic === "ranges") map.panel.watch(items);
      map.update(live.list("nodes").sort((a, b) => a.id - b.id), live.list("ranges"));
    }
  };
}

export default { path: "/ranges", title: "Ranges", topics: ["nodes", "ranges"], open };
