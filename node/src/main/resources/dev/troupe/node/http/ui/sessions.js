// SQL sessions of all nodes, what they run, and the end of it.

import { post } from "./changes.js";
import { byId, el, setText, stateBadge } from "./dom.js";
import { since } from "./format.js";
import { Table, redraw } from "./table.js";

const ago = (iso) => (iso ? since(iso) : "–");

function open(main) {
  byId("main").classList.add("wide");
  let all = [];
  const only = el("input", { type: "checkbox", id: "busy", onchange: () => draw() });
  const find = el("input", { type: "search", id: "find", placeholder: "user, program or text", oninput: () => draw() });
  const counted = el("span", { class: "hint", role: "status" });
  const said = el("p", { class: "hint", role: "status" });

  async function cancel(session, button) {
    button.disabled = true;
    try {
      await post("/api/v1/sessions/cancel", { node: session.node, pid: session.pid });
      setText(said, `Session ${session.pid} at n${session.node} was told to end its statement.`);
    } catch (problem) {
      setText(said, problem.message);
    }
    button.disabled = false;
  }

  const table = new Table([
    { title: "Node", text: (s) => `n${s.node}` },
    { title: "Session", number: true, text: (s) => String(s.pid) },
    { title: "User", text: (s) => s.user },
    { title: "Program", text: (s) => s.application || "–" },
    { title: "Client", text: (s) => s.client.replace(/^\//, "") },
    { title: "State", sort: (s) => s.state, cell: (s, td) => redraw(td, s.state, () => [stateBadge(s.state)]) },
    { title: "Began", number: true, sort: (s) => (s.statement_began ? Date.now() - Date.parse(s.statement_began) : -1), cell: (s, td) => setText(td, s.state === "active" ? ago(s.statement_began) : `${ago(s.statement_began)} ago`) },
    { title: "Statement", text: (s) => s.statement, class: "mono wrap" },
    {
      title: "",
      cell: (s, td) => redraw(td, `${s.state === "active"}`, () => (s.state === "active"
        ? [el("button", { type: "button", class: "small", text: "Cancel", "aria-label": `Cancel the statement of session ${s.pid}`, onclick: (e) => cancel(s, e.target) })] : [])),
    },
  ], "no session is open", { caption: "SQL sessions" });

  function draw() {
    const text = find.value.trim().toLowerCase();
    const sessions = all.filter((s) => !s.silent && (!only.checked || s.state === "active")
      && (text === "" || [s.user, s.application, s.client, s.statement].some((part) => part.toLowerCase().includes(text))));
    const silent = all.filter((s) => s.silent);
    const active = all.filter((s) => s.state === "active").length;
    setText(counted, [`${all.length - silent.length} sessions, ${active} of them active`, ...silent.map((s) => `not shown: ${s.silent}`)].join("; "));
    table.show(sessions);
  }

  main.append(el("div", { class: "bar" }, el("label", {}, only, " active only"), el("label", {}, "Find ", find), counted), said, table.box);
  return (topic, items) => {
    all = items.sort((a, b) => (b.state === "active") - (a.state === "active") || a.node - b.node || a.pid - b.pid);
    draw();
  };
}

export default { path: "/sessions", title: "SQL sessions", topics: ["sessions"], open };
