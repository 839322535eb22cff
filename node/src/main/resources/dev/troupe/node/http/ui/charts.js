// The last hour in charts, from the nodes' own samples.

import { byId, el, section, setText } from "./dom.js";
import { Chart, loadLibrary } from "./chart.js";

const STEP = 10000;

// Title, unit, and lines: name of the series → what the line is called. Of several nodes rates and amounts are added up;
// of times and shares the worst counts. A chart of one series has a line for each node.
const groups = [
  ["Throughput", [
    ["SQL statements", "1/s", { sql_statements: "statements", sql_errors: "errors" }],
    ["Key-value requests", "1/s", { kv_requests: "all", kv_reads: "reads", kv_errors: "errors" }],
    ["Transactions", "1/s", { txn_begun: "begun", txn_commits: "committed", txn_aborts: "aborted", txn_retries: "run again" }],
    ["SQL connections", "", { sql_connections: "connections" }],
  ]],
  ["Latency", [
    ["SQL statements", "s", { sql_p50: "p50", sql_p95: "p95", sql_p99: "p99" }],
    ["Key-value requests", "s", { kv_p50: "p50", kv_p95: "p95", kv_p99: "p99" }],
    ["Syncs of the log", "s", { sync_p50: "p50", sync_p99: "p99" }],
    ["From proposal to commit", "s", { raft_p50: "p50", raft_p99: "p99" }],
  ]],
  ["Replication", [
    ["Log entries committed", "1/s", { raft_entries: "entries" }],
    ["Leaders on each node", "", { leaders: "leaders" }],
    ["Lag of followers", "s", { raft_lag: "furthest behind" }],
    ["Elections", "1/s", { raft_elections: "elections", raft_leader_changes: "changes of leader" }],
    ["Ranges under-replicated", "", { under_replicated: "ranges" }],
    ["Between nodes", "B/s", { sent_bytes: "sent", received_bytes: "received" }],
  ]],
  ["Timestamps and locks", [
    ["Timestamps drawn", "1/s", { oracle_timestamps: "timestamps", oracle_requests: "requests", oracle_failures: "failures" }],
    ["Waiting for timestamps", "s", { oracle_p50: "p50", oracle_p99: "p99" }],
    ["Transactions under way", "", { txn_open: "open", locks_held: "locks" }],
    ["Deadlocks", "1/s", { txn_deadlocks: "deadlocks" }],
  ]],
  ["Storage", [
    ["Written", "B/s", { log_bytes: "log", compaction_bytes: "compaction" }],
    ["Files", "B", { table_bytes: "tables", raft_log_bytes: "logs" }],
    ["Left on the disk", "B", { disk_available: "available" }],
  ]],
  ["Process", [
    ["CPU of the node", "share", { process_cpu: "node" }],
    ["CPU of the machine", "share", { system_cpu: "machine" }],
    ["Heap", "B", { heap_used: "heap" }],
    ["Beside the heap", "B", { off_heap_used: "off-heap" }],
    ["Garbage collection", "share", { gc_time: "of the time" }],
    ["Threads", "", { threads: "threads" }],
    ["Open files", "", { open_files: "files" }],
  ]],
];

const worst = (unit) => unit === "s" || unit === "share";

class Page {
  constructor(main) {
    this.nodes = [];
    this.node = el("select", { id: "node", onchange: () => this.draw() }, el("option", { value: "", text: "all nodes" }));
    this.window = el("select", { id: "window", onchange: () => this.draw() },
      ...[["15", "15 minutes"], ["30", "30 minutes"], ["60", "1 hour"]].map(([value, text]) => el("option", { value, text })));
    this.note = el("span", { class: "hint", role: "status" });
    main.append(el("div", { class: "bar" }, el("label", {}, "Of ", this.node), el("label", {}, "The last ", this.window), this.note));
    this.charts = groups.flatMap(([title, charts]) => {
      const made = charts.map(([name, unit, lines]) => ({ chart: new Chart(name, unit), unit, lines }));
      main.append(section(title, el("div", { class: "charts" }, ...made.map((each) => each.chart.box))));
      return made;
    });
  }

  update(items, rates) {
    this.silent = items.filter((item) => item.silent);
    this.samples = items.filter((item) => !item.silent);
    this.rates = rates;
    const nodes = [...new Set(this.samples.map((sample) => sample.node))].sort((a, b) => a - b);
    if (nodes.join() !== this.nodes.join()) {
      this.nodes = nodes;
      const chosen = this.node.value;
      this.node.replaceChildren(el("option", { value: "", text: "all nodes" }), ...nodes.map((n) => el("option", { value: String(n), text: `n${n}` })));
      this.node.value = nodes.includes(Number(chosen)) ? chosen : "";
    }
    this.draw();
  }

  draw() {
    if (!this.samples) return;
    const chosen = this.node.value === "" ? this.nodes : [Number(this.node.value)];
    const last = Math.max(0, ...this.samples.map((sample) => sample.at));
    const first = last - Number(this.window.value) * 60000;
    const bySlot = new Map();
    for (const sample of this.samples) {
      if (sample.at < first || !chosen.includes(sample.node)) continue;
      const slot = Math.round(sample.at / STEP) * STEP;
      if (!bySlot.has(slot)) bySlot.set(slot, new Map());
      bySlot.get(slot).set(sample.node, sample);
    }
    const times = [...bySlot.keys()].sort((a, b) => a - b);
    setText(this.note, this.silent.length > 0 ? this.silent.map((each) => each.silent).join("; ")
      : times.length === 0 ? "the first sample comes after twenty seconds" : "a sample each ten seconds");
    for (const { chart, unit, lines } of this.charts) {
      const names = Object.keys(lines);
      const apart = names.length === 1 && chosen.length > 1;
      const drawn = apart
        ? chosen.map((node) => ({ name: `n${node}`, values: times.map((t) => this.number(bySlot.get(t).get(node), names[0])) }))
        : names.map((name) => ({ name: lines[name], values: times.map((t) => this.together([...bySlot.get(t).values()], name, unit)) }));
      chart.show(times, drawn, chosen.length === 1 ? `n${chosen[0]}` : apart ? "each node" : worst(unit) ? "worst node" : "all nodes together");
    }
  }

  /** Rates of zero are not sent. */
  number(sample, name) {
    if (!sample) return null;
    return sample[name] ?? (this.rates.has(name) && this.measured(name) ? 0 : null);
  }

  measured(name) {
    return this.samples.some((sample) => name in sample);
  }

  together(samples, name, unit) {
    const numbers = samples.map((sample) => this.number(sample, name)).filter((number) => number !== null);
    if (numbers.length === 0) return null;
    return worst(unit) ? Math.max(...numbers) : numbers.reduce((a, b) => a + b, 0);
  }
}

function open(main) {
  byId("main").classList.add("wide");
  const page = new Page(main);
  const loaded = loadLibrary();
  return (topic, items, live) => loaded.then(() => {
    if (!live.known.has("meters") || !live.known.has("series")) return;
    const rates = new Set(live.list("series").filter((series) => ["rate", "sum_rate"].includes(series.kind)).map((series) => series.id));
    page.update(live.list("meters"), rates);
  });
}

export default { path: "/charts", title: "Charts", topics: ["meters", "series"], open };
