// Failures on request, in a demo: what is done to a node, and what the cluster makes of it.

import { post } from "./changes.js";
import { byId, el, section, setText, stateBadge } from "./dom.js";
import { clock } from "./format.js";
import { differences } from "./rangepanel.js";
import { Table, redraw } from "./table.js";

const EVENTS_MAX = 60;
const RANGES_MAX = 200;

const deeds = {
  kill: "Kill", start: "Start again", pause: "Pause", resume: "Resume", isolate: "Isolate", reconnect: "Reconnect",
};
const told = {
  kill: (n) => `node process ${n} was killed (SIGKILL)`,
  start: (n) => `node process ${n} was started again, on its data`,
  pause: (n) => `node process ${n} was stopped (SIGSTOP)`,
  resume: (n) => `node process ${n} goes on (SIGCONT)`,
  isolate: (n) => `node process ${n} was cut off from the others`,
  reconnect: (n) => `node process ${n} hears the others again`,
};

function possible(node) {
  if (node.state === "killed") return ["start"];
  if (node.state === "paused") return ["resume", "kill"];
  return ["kill", "pause", node.isolated ? "reconnect" : "isolate"];
}

function open(main) {
  let last = null;
  let seen = new Map();
  const events = el("ol", { class: "events", role: "log" });
  const said = el("p", { class: "hint", role: "status" });

  function note(text, kind = "") {
    const after = last && kind === "" ? el("span", { class: "hint", text: ` (${((Date.now() - last) / 1000).toFixed(1)} s later)` }) : null;
    events.prepend(el("li", { class: kind }, el("time", { text: clock(Date.now()) }), text, after));
    while (events.children.length > EVENTS_MAX) events.lastChild.remove();
  }

  async function act(node, deed, button) {
    button.disabled = true;
    setText(said, `${deeds[deed]} node process ${node.id} …`);
    const begun = Date.now();
    try {
      await post("/api/v1/chaos/act", { number: node.id, deed });
      last = begun;
      note(told[deed](node.id), "deed");
      setText(said, "");
    } catch (problem) {
      setText(said, problem.message);
    }
    button.disabled = false;
  }

  const processes = new Table([
    { title: "Process", text: (n) => String(n.id) },
    { title: "Node", text: (n) => (n.known ? `n${n.known.id}` : "–") },
    { title: "Dashboard", cell: (n, td) => redraw(td, n.http_address, () => [el("a", { href: `http://${n.http_address}/chaos`, text: n.http_address })]) },
    { title: "pid", number: true, text: (n) => String(n.pid) },
    { title: "Process is", cell: (n, td) => redraw(td, `${n.state}${n.isolated}`, () => [stateBadge(n.state), n.isolated ? el("span", { class: "hint", text: " cut off" }) : null].filter(Boolean)) },
    { title: "Cluster says", cell: (n, td) => redraw(td, n.known ? n.known.state : "", () => [stateBadge(n.known ? n.known.state : "unknown")]) },
    { title: "Leads", number: true, text: (n) => (n.known ? String(n.known.leaders) : "–") },
    {
      title: "",
      cell: (n, td) => redraw(td, possible(n).join(), () => possible(n).map((deed) =>
        el("button", { type: "button", class: "small deed", text: deeds[deed], "aria-label": `${deeds[deed]} node process ${n.id}`, onclick: (e) => act(n, deed, e.target) }))),
    },
  ], "the demo does not answer", { caption: "Node processes of this demo" });
  const ranges = new Table([
    { title: "Range", text: (r) => `r${r.id}` },
    { title: "From key", text: (r) => r.start || "(lowest)", class: "key" },
    { title: "Leader", cell: (r, td) => redraw(td, String(r.leader), () => [el("span", { class: `chip ${r.leader === null ? "away" : "leader"}`, text: r.leader === null ? "none" : `n${r.leader}` })]) },
    { title: "Term", number: true, text: (r) => String(r.term) },
    { title: "Replicas", cell: (r, td) => redraw(td, JSON.stringify(r.replicas.map((p) => [p.node, p.reachable])), () => r.replicas.map((p) => el("span", { class: `chip ${p.reachable ? "voter" : "away"}`, text: `n${p.node}` }))) },
  ], "no range is known", { caption: "Ranges" });

  main.append(
    el("p", { class: "hint", text: "This demo's own processes. Data that was acknowledged must survive all of it as long as two of three nodes run. When the node that serves this page is killed, go on at another one's dashboard. A range that nobody uses sleeps, and elects another leader some seconds later, or when it is used." }),
    said, processes.box,
    el("div", { class: "split" }, el("div", { class: "half" }, section("Ranges", ranges.box)), el("div", { class: "half" }, section("What happened", events))));

  return (topic, items, live) => {
    const nodes = live.list("nodes");
    if (live.known.has("chaos")) {
      processes.show(live.list("chaos").sort((a, b) => a.id - b.id).map((n) => ({ ...n, known: nodes.find((each) => each.grpc_address === n.grpc_address) })));
    }
    if (topic === "nodes") {
      for (const node of items) {
        const before = seen.get(`n${node.id}`);
        if (before && before !== node.state) note(`n${node.id} is ${node.state}`);
        seen.set(`n${node.id}`, node.state);
      }
    }
    if (topic === "ranges") {
      for (const range of items.slice(0, RANGES_MAX)) {
        const before = seen.get(`r${range.id}`);
        if (before && before !== range) for (const text of differences(before, range)) note(`r${range.id}: ${text}`);
        seen.set(`r${range.id}`, range);
      }
      ranges.show(items.sort((a, b) => a.id - b.id).slice(0, RANGES_MAX));
    }
  };
}

export default { path: "/chaos", title: "Chaos", topics: ["nodes", "ranges", "chaos"], demo: true, open };
