// Chooses the page by the path, and starts its stream.

import { byId, el } from "./dom.js";
import { Live, ask } from "./live.js";
import overview from "./overview.js";
import nodes from "./nodes.js";
import ranges from "./ranges.js";
import charts from "./charts.js";
import heat from "./heat.js";
import transactions from "./transactions.js";
import sessions from "./sessions.js";
import statements from "./statements.js";
import jobs from "./jobs.js";
import settings from "./settings.js";
import traces from "./traces.js";
import events from "./events.js";
import chaos from "./chaos.js";

const pages = [overview, nodes, ranges, charts, heat, sessions, statements, transactions, traces, jobs, events, settings, chaos];

function navigation(current, demo) {
  byId("nav").append(...pages.filter((page) => !page.demo || demo).map((page) => {
    const link = el("a", { href: page.path, text: page.title });
    if (page === current) link.setAttribute("aria-current", "page");
    return link;
  }));
  // On a narrow screen the row is longer than its window.
  byId("nav").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

async function start() {
  const page = pages.find((each) => each.path === location.pathname) || overview;
  document.title = `${page.title} · Troupe`;
  const about = await ask("/api/v1/about").then((answer) => answer.about[0], () => null);
  navigation(page, about && about.demo);
  const main = byId("main");
  main.append(el("h1", { text: page.title }));
  const shown = page.open(main);
  const live = new Live(page.topics, (topic, items) => shown(topic, items, live));
  byId("pause").hidden = page.topics.length === 0;
  byId("pause").addEventListener("click", () => {
    live.pause(!live.paused);
    byId("pause").textContent = live.paused ? "Resume" : "Pause";
    byId("pause").setAttribute("aria-pressed", String(live.paused));
  });
}

start();
