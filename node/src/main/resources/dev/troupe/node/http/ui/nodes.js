// What is known of each node.

import { el, setText, stateBadge } from "./dom.js";
import { bytes, percent, since } from "./format.js";
import { hasLeft } from "./overview.js";
import { Table, redraw } from "./table.js";

/** A column of a number from the node's last sample. */
const measured = (title, name, format) => ({
  title,
  number: true,
  sort: (n) => n.load[name] ?? -1,
  cell: (n, td) => setText(td, n.load[name] === undefined ? "–" : format(n.load[name])),
});

function open(main) {
  const table = new Table([
    { title: "Node", text: (n) => `n${n.id}` },
    { title: "State", sort: (n) => n.state, cell: (n, td) => redraw(td, n.state, () => [stateBadge(n.state)]) },
    { title: "Leads", number: true, text: (n) => n.leaders },
    { title: "Replicas", number: true, text: (n) => n.replicas },
    measured("CPU", "process_cpu", percent),
    measured("Heap", "heap_used", bytes),
    measured("Files of data", "table_bytes", bytes),
    measured("Left on disk", "disk_available", bytes),
    { title: "Up for", sort: (n) => Date.parse(n.started_at), cell: (n, td) => setText(td, hasLeft(n) ? "–" : since(n.started_at)) },
    { title: "SQL", text: (n) => n.sql_address },
    { title: "gRPC", text: (n) => n.grpc_address },
    { title: "Dashboard", sort: (n) => n.http_address, cell: (n, td) => redraw(td, n.http_address, () => [el("a", { href: `http://${n.http_address}/`, text: n.http_address })]) },
    { title: "Cluster", text: (n) => n.address },
    { title: "Process", number: true, text: (n) => n.pid },
    { title: "Version", text: (n) => n.version },
  ], "no node is known", { caption: "Nodes of the cluster" });
  main.append(
    el("p", { class: "hint", text: "Live: serves. Draining: has given its leaderships away and takes no more. Unreachable: does not answer at present. Dead: has left the cluster, or was never back since. Decommissioned: was taken out for good." }),
    table.box);
  return (topic, items, live) => {
    const load = new Map(live.list("load").map((sample) => [sample.node, sample]));
    const nodes = live.list("nodes").sort((a, b) => a.id - b.id);
    table.show(nodes.map((node) => ({ ...node, load: (!hasLeft(node) && load.get(node.id)) || {} })));
  };
}

export default { path: "/nodes", title: "Nodes", topics: ["nodes", "load"], open };
