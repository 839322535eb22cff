// What each node was told at its start.

import { el, setText } from "./dom.js";
import { Table } from "./table.js";

function open(main) {
  let rows = [];
  const find = el("input", { type: "search", id: "find", placeholder: "part of a name or value", oninput: () => draw() });
  const only = el("input", { type: "checkbox", id: "different", onchange: () => draw() });
  const counted = el("span", { class: "hint", role: "status" });
  const table = new Table([
    { title: "Setting", text: (s) => s.id, class: "mono" },
    { title: "Value", text: (s) => s.value, class: "mono wrap" },
    { title: "On", text: (s) => s.nodes },
    { title: "From", text: (s) => s.from, class: "wrap" },
  ], "no setting is known", { caption: "Settings of the nodes" });

  function draw() {
    const text = find.value.trim().toLowerCase();
    const shown = rows.filter((row) => (!only.checked || row.differs) && (text === "" || `${row.key} ${row.value}`.toLowerCase().includes(text)));
    table.show(shown.map((row) => ({ ...row, id: row.differs ? `${row.key} (${row.nodes})` : row.key })));
  }

  main.append(
    el("p", { class: "hint", text: "Given as flags, as -Dtroupe.…, as environment variables TROUPE_… or in the file named by --config when a node starts. SQL's own settings are shown by SHOW ALL." }),
    el("div", { class: "bar" }, el("label", {}, "Find ", find), el("label", {}, only, " different between nodes"), counted), table.box);
  return (topic, items) => {
    const silent = items.filter((item) => item.silent);
    const all = items.filter((item) => !item.silent);
    const nodes = new Set(all.map((item) => item.node));
    const keys = new Map();
    for (const item of all) {
      if (!keys.has(item.key)) keys.set(item.key, new Map());
      const values = keys.get(item.key);
      if (!values.has(item.value)) values.set(item.value, { nodes: [], from: item.from });
      values.get(item.value).nodes.push(item.node);
    }
    rows = [...keys].sort(([a], [b]) => a.localeCompare(b)).flatMap(([key, values]) => [...values].map(([value, where]) => ({
      key, value, from: where.from, differs: values.size > 1,
      nodes: where.nodes.length === nodes.size ? "all nodes" : where.nodes.sort((a, b) => a - b).map((n) => `n${n}`).join(", "),
    })));
    setText(counted, [`${keys.size} settings of ${nodes.size} nodes`, ...silent.map((s) => `not shown: ${s.silent}`)].join("; "));
    draw();
  };
}

export default { path: "/settings", title: "Settings", topics: ["settings"], open };
