// What the cluster has done by itself, or was told to do, and why.

import { el, setText } from "./dom.js";
import { Table } from "./table.js";

function open(main) {
  let all = [];
  const kind = el("select", { id: "kind", onchange: () => draw() }, el("option", { value: "", text: "all kinds" }));
  const find = el("input", { type: "search", id: "find", placeholder: "text, r12 or n3", oninput: () => draw() });
  const counted = el("span", { class: "hint", role: "status" });
  const table = new Table([
    { title: "When", text: (e) => new Date(e.at).toLocaleString("en-GB") },
    { title: "Kind", text: (e) => e.kind },
    { title: "Range", text: (e) => (e.range ? `r${e.range}` : "–") },
    { title: "Node", text: (e) => (e.node ? `n${e.node}` : "–") },
    { title: "What happened", text: (e) => e.message, class: "wrap" },
    { title: "Because of", text: (e) => Object.entries(e.details).map(([name, value]) => `${name} ${value}`).join(", "), class: "wrap" },
    { title: "Told by", text: (e) => `n${e.reported_by}` },
  ], "nothing has happened yet", { caption: "Events" });

  function draw() {
    const text = find.value.trim().toLowerCase();
    const shown = all.filter((e) => (kind.value === "" || e.kind === kind.value)
      && (text === "" || e.message.toLowerCase().includes(text) || `r${e.range}` === text || `n${e.node}` === text));
    setText(counted, `${shown.length} of the last ${all.length}`);
    table.show(shown);
  }

  main.append(el("div", { class: "bar" }, el("label", {}, "Kind ", kind), el("label", {}, "Find ", find), counted), table.box);
  return (topic, items) => {
    all = items.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
    const kinds = [...new Set(all.map((e) => e.kind))].sort();
    const chosen = kind.value;
    if (kind.options.length !== kinds.length + 1) {
      kind.replaceChildren(el("option", { value: "", text: "all kinds" }), ...kinds.map((each) => el("option", { value: each, text: each })));
      kind.value = kinds.includes(chosen) ? chosen : "";
    }
    draw();
  };
}

export default { path: "/events", title: "Events", topics: ["events"], open };
