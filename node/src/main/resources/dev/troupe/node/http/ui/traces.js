// Requests that were traced, and for each of them who did what on its way, with what was slow marked.

import { byId, el, section, setText } from "./dom.js";
import { clock, latency } from "./format.js";
import { ask } from "./live.js";
import { Table, redraw } from "./table.js";

const seconds = (micros) => (micros === null ? "unfinished" : latency(micros / 1e6));
const MARKS = {
  bottleneck: ["bottleneck", "Of what the client waited for, the most time was spent here"],
  slowest: ["slow", "No other span has spent as much time in itself"],
};

/** What people look for first stands beside the name; the rest is in the title. */
function about(span) {
  const a = span.attributes;
  const parts = [];
  if (a.to) parts.push(`→ n${a.to}`);
  if (a.range) parts.push(`r${a.range}`);
  if (a.statement) parts.push(a.statement);
  else if (a.key) parts.push(a.key);
  if (a.bytes !== undefined) parts.push(`${a.bytes} B`);
  if (a.entries > 1) parts.push(`${a.entries} entries`);
  if (a.writes > 1) parts.push(`with ${a.writes - 1} other writes`);
  if (a.rows !== undefined) parts.push(`${a.rows} rows`);
  return parts.join("  ");
}

function details(span) {
  const lines = Object.entries(span.attributes).map(([name, value]) => `${name}: ${value}`);
  if (span.self_us) lines.push(`in itself: ${seconds(span.self_us)}`);
  if (span.late) lines.push("ended after the client had its answer");
  if (span.shifted_us) lines.push(`moved by ${span.shifted_us} µs: the clocks of the nodes differ`);
  return lines.join("\n");
}

function bar(span, whole) {
  const box = el("div", { class: "tracebar" });
  if (span.missing) return box;
  const left = Math.min(100, (100 * span.start_us) / whole);
  const width = span.duration_us === null ? 100 - left : Math.min(100 - left, (100 * span.duration_us) / whole);
  const state = span.problem ? "bad" : span.mark !== "none" ? span.mark : span.duration_us === null ? "open" : span.late ? "late" : "";
  const piece = el("i", { class: `span ${state}` });
  piece.style.left = `${left}%`;
  piece.style.width = `max(2px, ${width}%)`;
  box.append(piece);
  return box;
}

function row(span, whole) {
  const name = el("td", { class: "spanname" });
  name.style.paddingLeft = `${12 + 16 * span.depth}px`;
  name.title = details(span);
  if (span.missing) name.append(el("span", { class: "chip away", text: "missing" }), el("span", { class: "hint", text: ` ${span.missing}` }));
  else name.append(el("strong", { text: span.name }), el("span", { class: "hint", text: `  ${about(span)}` }));
  const mark = MARKS[span.mark];
  if (mark) name.append(el("span", { class: `chip marked ${span.mark}`, text: mark[0], title: mark[1] }));
  if (span.problem) name.append(el("span", { class: "hint failed", text: `  ${span.problem}` }));
  return el("tr", { class: span.late ? "late" : "" }, name, el("td", { text: `n${span.node}` }),
    el("td", { class: "number", text: span.missing ? "–" : seconds(span.duration_us) }),
    el("td", { class: "number", text: span.missing || span.duration_us === null ? "–" : seconds(span.self_us) }),
    el("td", { class: "bars" }, bar(span, whole)));
}

/** In words, as one would tell it. */
function summary(trace) {
  const found = (mark) => trace.spans.find((span) => span.mark === mark);
  const say = (span) => `${span.name}${span.attributes.to ? ` → n${span.attributes.to}` : ""} on n${span.node} (${seconds(span.self_us)})`;
  const lines = [`Total: ${seconds(trace.duration_us)}, ${trace.spans.filter((s) => !s.missing).length} spans on ${new Set(trace.spans.filter((s) => !s.missing).map((s) => s.node)).size} nodes`];
  const bottleneck = found("bottleneck");
  const slowest = found("slowest");
  if (bottleneck) lines.push(`Bottleneck: ${say(bottleneck)}`);
  if (slowest) lines.push(`Slowest that nobody waited for: ${say(slowest)}`);
  return lines;
}

function tree(trace) {
  const whole = Math.max(1, ...trace.spans.map((span) => span.start_us + Math.max(0, span.duration_us || 0)));
  return [
    ...summary(trace).map((line) => el("p", { class: "hint", text: line })),
    ...trace.silent.map((each) => el("p", { class: "verdict warn", text: each.why })),
    el("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Spans of the trace" },
      el("table", { class: "trace" },
        el("thead", {}, el("tr", {}, ...["Span", "Node", "Took", "In itself", ""].map((title, i) => el("th", { scope: "col", class: i === 2 || i === 3 ? "number" : "", text: title })))),
        el("tbody", {}, ...trace.spans.map((span) => row(span, whole))))),
    el("p", { class: "hint" }, "Hollow bars ended after the client had its answer. As JSON: ",
      el("a", { href: `/api/v1/traces/${trace.id}`, text: trace.id })),
  ];
}

function open(main) {
  byId("main").classList.add("wide");
  const counted = el("p", { class: "hint", role: "status" });
  const chosen = section("Trace");
  const shown = el("div");
  chosen.append(shown);
  chosen.hidden = true;
  const table = new Table([
    { title: "When", text: (t) => clock(t.at), sort: (t) => Date.parse(t.at) },
    { title: "Request", cell: (t, td) => redraw(td, t.id, () => [el("a", { href: `#${t.id}`, text: t.name })]), sort: (t) => t.name },
    { title: "Of", text: (t) => t.attributes.statement || t.attributes.key || "", class: "key" },
    { title: "Node", text: (t) => `n${t.node}` },
    { title: "Took", number: true, sort: (t) => t.duration_us || 0, cell: (t, td) => setText(td, seconds(t.duration_us)) },
    { title: "Outcome", text: (t) => t.problem || (t.duration_us === null ? "under way" : "done"), class: "wrap" },
    { title: "Kept for", text: (t) => (t.kept_as_slow ? "being slow" : "being new") },
  ], "nothing was traced yet", { caption: "Traces" });

  async function choose() {
    const id = location.hash.slice(1);
    chosen.hidden = !/^[0-9a-f]{32}$/.test(id);
    if (chosen.hidden) return;
    try {
      const { trace } = await ask(`/api/v1/traces/${id}`);
      if (location.hash.slice(1) === id) shown.replaceChildren(...tree(trace));
    } catch (e) {
      shown.replaceChildren(el("p", { class: "verdict bad", text: e.message }));
    }
  }

  const again = el("button", { type: "button", class: "small", text: "Ask again", onclick: choose });
  chosen.append(again);
  addEventListener("hashchange", choose);
  const off = el("p", { class: "hint", hidden: true, text: "This node records no traces: set troupe.tracing.enabled = on for all nodes." });
  ask("/api/v1/about").then((answer) => { off.hidden = answer.about[0].tracing; }, () => {});
  main.append(off, counted, chosen, section("Latest and slowest", table.box));
  choose();
  return (topic, items) => {
    const silent = items.filter((t) => t.silent);
    const all = items.filter((t) => !t.silent).sort((a, b) => (a.at < b.at ? 1 : -1));
    setText(counted, [`${all.length} traces`, ...silent.map((s) => `not shown: ${s.silent}`)].join("; "));
    table.show(all);
  };
}

export default { path: "/traces", title: "Traces", topics: ["traces"], open };
