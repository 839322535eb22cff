"use strict";
// Asks the JSON API every two seconds and redraws. All text goes through textContent, never HTML.
const INTERVAL_MS = 2000;
const SAMPLES_MAX = 150;
const RANGES_SHOWN = 200;
const history = { writes: [], reads: [] };
let paused = false;
let failures = 0;

const byId = (id) => document.getElementById(id);
const count = (n) => n.toLocaleString("en", { maximumFractionDigits: n < 10 ? 1 : 0 });

function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) { n /= 1024; unit++; }
  return `${n.toFixed(unit === 0 || n >= 100 ? 0 : 1)} ${units[unit]}`;
}

function duration(sinceIso) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(sinceIso)) / 1000));
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => seconds >= size);
  if (first < 0) return "0 s";
  const [size, name] = parts[first];
  const next = parts[first + 1];
  const rest = next ? Math.floor((seconds % size) / next[0]) : 0;
  return `${Math.floor(seconds / size)} ${name}` + (rest ? ` ${rest} ${next[1]}` : "");
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function cell(row, text, className) {
  row.append(element("td", className, text));
}

function fill(bodyId, rows, columns, emptyText) {
  if (rows.length === 0) {
    const row = element("tr", "empty");
    const only = element("td", "", emptyText);
    only.colSpan = columns;
    row.append(only);
    rows = [row];
  }
  byId(bodyId).replaceChildren(...rows);
}

function nodeRow(node) {
  const row = element("tr");
  cell(row, `n${node.id}`);
  const state = element("td");
  state.append(element("span", `state ${node.state}`, node.state));
  row.append(state);
  cell(row, count(node.leaders), "number");
  cell(row, count(node.replicas), "number");
  cell(row, node.grpc_address);
  const http = element("td");
  const link = element("a", "", node.http_address);
  link.href = `http://${node.http_address}/`;
  http.append(link);
  row.append(http);
  cell(row, node.address);
  cell(row, node.pid, "number");
  cell(row, node.state === "dead" ? "–" : duration(node.started_at));
  cell(row, node.version);
  return row;
}

function keyCell(row, text, whole) {
  const box = element("td");
  const code = element("code", "", text);
  code.title = whole;
  box.append(code);
  row.append(box);
}

function rangeRow(range) {
  const row = element("tr");
  cell(row, `r${range.id}`);
  keyCell(row, range.start || "(lowest)", range.start);
  keyCell(row, range.end === "\\xff" ? "(highest)" : range.end, range.end);
  const replicas = element("td");
  for (const replica of range.replicas) {
    const leads = replica.node === range.leader;
    const kind = leads ? "leader" : replica.role === "learner" ? "learner" : "";
    const box = element("span", `replica ${kind} ${replica.reachable ? "" : "away"}`, `n${replica.node}`);
    box.title = `${replica.role}, applied ${replica.applied_index}${replica.reachable ? "" : ", not reachable"}`;
    replicas.append(box);
  }
  row.append(replicas);
  cell(row, count(range.term), "number");
  cell(row, count(range.applied_index), "number");
  cell(row, count(range.writes_per_second), "number");
  cell(row, count(range.reads_per_second), "number");
  cell(row, bytes(range.approximate_bytes), "number");
  return row;
}

function draw(chartId, values) {
  const top = Math.max(1, ...values);
  const step = 300 / (SAMPLES_MAX - 1);
  const left = 300 - (values.length - 1) * step;
  const points = values.map((v, i) => `${(left + i * step).toFixed(1)},${(57 - (v / top) * 53).toFixed(1)}`);
  const shape = (tag, className, name, value) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    made.setAttribute("class", className);
    made.setAttribute(name, value);
    return made;
  };
  byId(chartId).replaceChildren(
    shape("polygon", "area", "points", `${left.toFixed(1)},60 ${points.join(" ")} 300,60`),
    shape("polyline", "line", "points", points.join(" ")));
}

function remember(name, value) {
  history[name].push(value);
  if (history[name].length > SAMPLES_MAX) history[name].shift();
  byId(`${name}-now`).textContent = count(value);
  draw(`${name}-chart`, history[name]);
}

function show(nodes, ranges) {
  const sum = (field) => ranges.reduce((total, range) => total + range[field], 0);
  const leaderless = ranges.filter((range) => range.leader === null).length;
  byId("nodes-live").textContent = `${nodes.filter((node) => node.state === "live").length} / ${nodes.length}`;
  byId("range-count").textContent = count(ranges.length);
  byId("leaderless").textContent = count(leaderless);
  byId("health-tile").classList.toggle("bad", leaderless > 0);
  byId("data-size").textContent = bytes(sum("approximate_bytes"));
  remember("writes", sum("writes_per_second"));
  remember("reads", sum("reads_per_second"));
  fill("nodes", nodes.map(nodeRow), 10, "no node is known");
  fill("ranges", ranges.slice(0, RANGES_SHOWN).map(rangeRow), 9, "no range is known");
  const hidden = ranges.length - RANGES_SHOWN;
  byId("more-ranges").hidden = hidden <= 0;
  byId("more-ranges").textContent = `${hidden} more ranges are not shown; see the JSON.`;
}

function report(text, bad) {
  byId("status").textContent = text;
  byId("status").classList.toggle("bad", bad);
}

async function ask(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(8000) });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ? body.error.message : response.statusText);
  return body;
}

async function refresh() {
  if (!paused && !document.hidden) {
    try {
      const [nodes, ranges] = await Promise.all([ask("/api/v1/nodes"), ask("/api/v1/ranges")]);
      show(nodes.nodes, ranges.ranges);
      failures = 0;
      report(`as of ${new Date().toLocaleTimeString()}`, false);
    } catch (problem) {
      failures++;
      report(`${problem.message} (trying again)`, true);
    }
  }
  setTimeout(refresh, INTERVAL_MS * Math.min(5, 1 + failures));
}

byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").textContent = paused ? "Resume" : "Pause";
  byId("pause").setAttribute("aria-pressed", String(paused));
});
refresh();
