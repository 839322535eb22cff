// How the cluster is, at one glance.

import { el, section, setClass, setText, stateBadge, tile } from "./dom.js";
import { bytes, count, latency, since } from "./format.js";
import { Table, redraw } from "./table.js";

/** Whether all voters that a range has answer, and it has as many as it should. */
export function isWhole(range, wanted) {
  const voters = range.replicas.filter((r) => r.role !== "learner");
  return range.leader !== null && voters.filter((r) => r.reachable).length >= Math.max(wanted, voters.length);
}

/** Whether a node has left the cluster, so that nothing is expected of it. */
export const hasLeft = (node) => node.state === "dead" || node.state === "decommissioned";

/** How many voters each range should have: three, or as many as there are nodes that could hold them. */
export const wantedReplicas = (nodes) => Math.min(3, Math.max(1, nodes.filter((n) => !hasLeft(n)).length));

function problems(nodes, ranges, wanted) {
  const found = [];
  for (const node of nodes) {
    if (node.state !== "live" && node.state !== "decommissioned") found.push({ id: `n${node.id}`, bad: node.state === "dead", text: `node ${node.id} is ${node.state}`, href: "/nodes" });
  }
  const leaderless = ranges.filter((range) => range.leader === null);
  if (leaderless.length > 0) found.push({ id: "leaderless", bad: true, text: `${count(leaderless.length)} ${leaderless.length === 1 ? "range has" : "ranges have"} no leader: their keys can be neither read nor written`, href: "/ranges?show=leaderless" });
  const under = ranges.filter((range) => range.leader !== null && !isWhole(range, wanted));
  if (under.length > 0) found.push({ id: "under", bad: false, text: `${count(under.length)} ${under.length === 1 ? "range lacks" : "ranges lack"} a replica that answers`, href: "/ranges?show=under" });
  const versions = new Set(nodes.filter((n) => !hasLeft(n)).map((n) => n.version));
  if (versions.size > 1) found.push({ id: "versions", bad: false, text: `nodes run different versions: ${[...versions].join(", ")}`, href: "/nodes" });
  return found;
}

function open(main) {
  const tiles = {
    nodes: tile("Nodes live", "/nodes"),
    ranges: tile("Ranges", "/ranges"),
    under: tile("Under-replicated", "/ranges?show=under"),
    leaderless: tile("Without leader", "/ranges?show=leaderless"),
    writes: tile("Writes per second", "/ranges?sort=writes"),
    reads: tile("Reads per second", "/ranges?sort=reads"),
    sql: tile("SQL p99", "/charts"),
    kv: tile("Key-value p99", "/charts"),
    data: tile("Data", "/ranges?sort=size"),
    version: tile("Version", "/nodes"),
  };
  const verdict = el("p", { class: "verdict", role: "status" });
  const list = el("ul", { class: "problems" });
  const table = new Table([
    { title: "Node", sort: (n) => n.id, cell: (n, td) => redraw(td, n.id, () => [el("a", { href: "/nodes", text: `n${n.id}` })]) },
    { title: "State", sort: (n) => n.state, cell: (n, td) => redraw(td, n.state, () => [stateBadge(n.state)]) },
    { title: "Leads", number: true, text: (n) => n.leaders },
    { title: "Replicas", number: true, text: (n) => n.replicas },
    { title: "Address", text: (n) => n.sql_address },
    { title: "Up for", sort: (n) => Date.parse(n.started_at), cell: (n, td) => setText(td, hasLeft(n) ? "–" : since(n.started_at)) },
  ], "no node is known", { caption: "Nodes" });
  const busiest = new Table([
    { title: "Range", sort: (r) => r.id, cell: (r, td) => redraw(td, r.id, () => [el("a", { href: `/ranges?range=${r.id}`, text: `r${r.id}` })]) },
    { title: "From key", text: (r) => r.start || "(lowest)", class: "key" },
    { title: "Leader", text: (r) => (r.leader === null ? "none" : `n${r.leader}`) },
    { title: "Writes/s", number: true, sort: (r) => r.writes_per_second, cell: (r, td) => setText(td, count(r.writes_per_second)) },
    { title: "Reads/s", number: true, sort: (r) => r.reads_per_second, cell: (r, td) => setText(td, count(r.reads_per_second)) },
    { title: "Size", number: true, sort: (r) => r.approximate_bytes, cell: (r, td) => setText(td, bytes(r.approximate_bytes)) },
  ], "no range has any load", { caption: "Busiest ranges" });
  main.append(verdict, list, el("div", { class: "tiles" }, ...Object.values(tiles).map((t) => t.box)),
    section("Nodes", table.box), section("Busiest ranges", busiest.box));
  return (topic, items, live) => {
    const nodes = live.list("nodes").sort((a, b) => a.id - b.id);
    const ranges = live.list("ranges");
    if (!live.known.has("nodes") || !live.known.has("ranges")) return;
    const wanted = wantedReplicas(nodes);
    const sum = (field) => ranges.reduce((total, range) => total + range[field], 0);
    const alive = nodes.filter((n) => n.state === "live").length;
    const leaderless = ranges.filter((r) => r.leader === null).length;
    const under = ranges.filter((r) => !isWhole(r, wanted)).length;
    const versions = [...new Set(nodes.filter((n) => !hasLeft(n)).map((n) => n.version))];
    const members = nodes.filter((n) => n.state !== "decommissioned").length;
    tiles.nodes.set(`${alive} / ${members}`, alive < members ? "warn" : "");
    tiles.ranges.set(count(ranges.length));
    tiles.under.set(count(under), under > 0 ? "warn" : "", under > 0 ? "a replica does not answer" : "");
    tiles.leaderless.set(count(leaderless), leaderless > 0 ? "bad" : "");
    tiles.writes.set(count(sum("writes_per_second")));
    tiles.reads.set(count(sum("reads_per_second")));
    const load = live.list("load");
    const worst = (name) => Math.max(...load.map((sample) => sample[name]).filter((number) => number !== undefined));
    tiles.sql.set(latency(worst("sql_p99")), "", "worst node, last 10 s");
    tiles.kv.set(latency(worst("kv_p99")), "", "worst node, last 10 s");
    tiles.data.set(bytes(sum("approximate_bytes")), "", "one replica of each range");
    tiles.version.set(versions.length === 1 ? versions[0] : "mixed", versions.length > 1 ? "warn" : "");
    const found = problems(nodes, ranges, wanted);
    setText(verdict, found.length === 0 ? "All nodes are live, and every range has all its replicas." : "Not everything is as it should be:");
    setClass(verdict, `verdict ${found.length === 0 ? "good" : found.some((f) => f.bad) ? "bad" : "warn"}`);
    redraw(list, JSON.stringify(found), () => found.map((f) => el("li", { class: f.bad ? "bad" : "warn" }, el("a", { href: f.href, text: f.text }))));
    table.show(nodes);
    busiest.show([...ranges].filter((r) => r.writes_per_second + r.reads_per_second > 0)
      .sort((a, b) => b.writes_per_second + b.reads_per_second - a.writes_per_second - a.reads_per_second).slice(0, 8));
  };
}

export default { path: "/", title: "Overview", topics: ["nodes", "ranges", "load"], open };
