// Transactions under way, what they hold, and who waits for whom.

import { byId, el, section, setText } from "./dom.js";
import { count } from "./format.js";
import { Table, redraw } from "./table.js";

const short = (id) => (id.length > 14 ? `${id.slice(0, 12)}…` : id);
const millis = (n) => (n >= 1000 ? `${(n / 1000).toFixed(1)} s` : `${n} ms`);

/** Who waits, below whom it waits for; circles, which a deadlock is for a moment, are cut where they close. */
function trees(transactions) {
  const known = new Map(transactions.map((t) => [t.id, t]));
  const waiters = new Map();
  for (const t of transactions) {
    if (t.waits_for === null) continue;
    if (!waiters.has(t.waits_for)) waiters.set(t.waits_for, []);
    waiters.get(t.waits_for).push(t);
  }
  const drawn = new Set();
  const branch = (id, node) => {
    drawn.add(id);
    const below = (waiters.get(id) || []).filter((t) => !drawn.has(t.id));
    const item = el("li", {}, el("code", { text: short(id), title: id }), ` at n${node}`);
    const t = known.get(id);
    if (t && t.waits_for !== null) item.append(el("span", { class: "hint", text: ` has waited for ${millis(t.waits_ms)}` }));
    else if (t) item.append(el("span", { class: "hint", text: `, open for ${millis(t.age_ms)}, holds ${count(t.held)} ${t.held === 1 ? "key" : "keys"}` }));
    if (below.length > 0) item.append(el("ul", {}, ...below.map((each) => branch(each.id, each.node))));
    return item;
  };
  const roots = [...waiters.keys()].filter((id) => !known.get(id) || known.get(id).waits_for === null);
  const items = roots.map((id) => branch(id, waiters.get(id)[0].waits_for_node));
  for (const t of transactions) if (t.waits_for !== null && !drawn.has(t.id)) items.push(branch(t.id, t.node));
  return items;
}

function open(main) {
  byId("main").classList.add("wide");
  const counted = el("p", { class: "hint", role: "status" });
  const waits = el("ul", { class: "tree" });
  const table = new Table([
    { title: "Transaction", text: (t) => short(t.id), class: "mono" },
    { title: "Node", text: (t) => `n${t.node}` },
    { title: "Open for", number: true, sort: (t) => t.age_ms, cell: (t, td) => setText(td, millis(t.age_ms)) },
    { title: "Keys held", number: true, sort: (t) => t.held, cell: (t, td) => setText(td, count(t.held)) },
    { title: "Some of them", text: (t) => t.keys.join("  "), class: "key" },
    { title: "Waits for", text: (t) => (t.waits_for === null ? "–" : `${short(t.waits_for)} at n${t.waits_for_node}`), class: "mono" },
    { title: "Since", number: true, sort: (t) => t.waits_ms || 0, cell: (t, td) => setText(td, t.waits_for === null ? "–" : millis(t.waits_ms)) },
  ], "no transaction is under way", { caption: "Transactions under way" });
  main.append(counted, section("Who waits for whom", waits), section("Transactions under way", table.box),
    el("p", { class: "hint", text: "Keys are held by FOR UPDATE and by changes before they commit; locks with values, which a commit over several ranges takes, are counted in the charts. A wait shows after a tenth of a second." }));
  return (topic, items) => {
    const silent = items.filter((t) => t.silent);
    const all = items.filter((t) => !t.silent).sort((a, b) => b.age_ms - a.age_ms);
    const waiting = all.filter((t) => t.waits_for !== null).length;
    setText(counted, [`${all.length} under way, ${waiting} of them wait`, ...silent.map((s) => `not shown: ${s.silent}`)].join("; "));
    redraw(waits, JSON.stringify(all.map((t) => [t.id, t.waits_for, t.waits_ms, t.held])), () => (waiting === 0 ? [el("li", { class: "hint", text: "nobody waits" })] : trees(all)));
    table.show(all);
  };
}

export default { path: "/transactions", title: "Transactions", topics: ["transactions"], open };
