// What statements of one shape have cost, over all nodes.

import { post } from "./changes.js";
import { byId, el, setText } from "./dom.js";
import { count, latency, percent } from "./format.js";
import { Table, redraw } from "./table.js";

const seconds = (us) => us / 1e6;

/** One row for what a user has run, however many nodes have counted it. */
function together(items) {
  const sums = new Map();
  for (const s of items) {
    const id = `${s.statement_id} ${s.user}`;
    const sum = sums.get(id);
    if (!sum) {
      sums.set(id, { ...s, id, nodes: [s.node] });
    } else {
      for (const field of ["calls", "failed", "retries", "rows", "total_us"]) sum[field] += s[field];
      if (s.calls > 0) sum.min_us = sum.calls === s.calls ? s.min_us : Math.min(sum.min_us, s.min_us);
      sum.max_us = Math.max(sum.max_us, s.max_us);
      sum.nodes.push(s.node);
    }
  }
  for (const sum of sums.values()) sum.mean_us = sum.calls > 0 ? sum.total_us / sum.calls : 0;
  return [...sums.values()];
}

function open(main) {
  byId("main").classList.add("wide");
  let all = [];
  let total = 0;
  const find = el("input", { type: "search", id: "find", placeholder: "user or text", oninput: () => draw() });
  const counted = el("span", { class: "hint", role: "status" });
  const said = el("p", { class: "hint", role: "status" });
  const anew = el("button", { type: "button", text: "Count anew", onclick: reset });

  async function reset() {
    anew.disabled = true;
    try {
      const done = await post("/api/v1/statements/reset", {});
      setText(said, [`Nodes that count anew: ${done.reset.map((n) => `n${n}`).join(", ") || "none"}.`,
        ...done.silent.map((s) => s.why)].join(" "));
    } catch (problem) {
      setText(said, problem.message);
    }
    anew.disabled = false;
  }

  const number = (title, value, text) => ({ title, number: true, sort: value, cell: (s, td) => setText(td, text(value(s))) });
  const time = (title, value) => number(title, value, (us) => latency(seconds(us)));
  const share = (s) => (total > 0 ? s.total_us / total : 0);
  const table = new Table([
    { title: "Share of time", number: true, sort: share, cell: (s, td) => redraw(td, percent(share(s)), () => [el("progress", { max: 1, value: share(s), "aria-hidden": "true" }), ` ${percent(share(s))}`]) },
    number("Calls", (s) => s.calls, count),
    time("Mean", (s) => s.mean_us),
    time("Longest", (s) => s.max_us),
    time("Shortest", (s) => s.min_us),
    number("Rows a call", (s) => (s.calls > 0 ? s.rows / s.calls : 0), count),
    number("Run again", (s) => s.retries, count),
    number("Failed", (s) => s.failed, count),
    { title: "User", text: (s) => s.user },
    { title: "Nodes", text: (s) => s.nodes.map((n) => `n${n}`).join(" ") },
    { title: "Statement", text: (s) => s.statement, class: "mono wrap" },
  ], "no statement has ended yet", { caption: "Statements by their shape" });

  function draw() {
    const text = find.value.trim().toLowerCase();
    const silent = all.filter((s) => s.silent);
    const known = together(all.filter((s) => !s.silent));
    total = known.reduce((sum, s) => sum + s.total_us, 0);
    const shown = known
      .filter((s) => text === "" || s.statement.toLowerCase().includes(text) || s.user.toLowerCase().includes(text))
      .sort((a, b) => b.total_us - a.total_us);
    setText(counted, [`${known.length} kinds of statements, ${latency(seconds(total))} in all`, ...silent.map((s) => `not shown: ${s.silent}`)].join("; "));
    table.show(shown);
  }

  main.append(
    el("p", { class: "hint", text: "Statements that differ in constants, blanks and comments alone are counted as one, since their node was started or counts anew. Times are from the message to the end of the commit, of those that succeeded. Run again: others were in the way of a statement, which the node repeated. pg_stat_statements shows the same for one node." }),
    el("div", { class: "bar" }, el("label", {}, "Find ", find), anew, counted), said, table.box);
  return (topic, items) => {
    all = items;
    draw();
  };
}

export default { path: "/statements", title: "Statements", topics: ["statements"], open };
