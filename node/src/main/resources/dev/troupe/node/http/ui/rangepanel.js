// One range: its Raft state as its replicas tell it, and what has happened to it while this page was open.

import { el, setText } from "./dom.js";
import { bytes, clock, count, endKey, startKey } from "./format.js";
import { Table, redraw } from "./table.js";

const HISTORY_MAX = 50;
const RANGES_WATCHED_MAX = 5000;

/** What differs between two looks at a range, in words. */
export function differences(before, now) {
  const found = [];
  if (before.leader !== now.leader) found.push(now.leader === null ? `n${before.leader} leads no more, and nobody else does yet` : `n${now.leader} leads${before.leader === null ? "" : ` instead of n${before.leader}`}`);
  if (before.term !== now.term) found.push(`term ${before.term} became ${now.term}`);
  if (before.end !== now.end || before.start !== now.start) found.push(`now from ${startKey(now.start)} to ${endKey(now.end)}`);
  const members = (range) => range.replicas.map((r) => `n${r.node}${r.role === "learner" ? " (learner)" : ""}`).sort().join(", ");
  const roles = (range) => range.replicas.map((r) => `${r.node}`).sort().join(",");
  if (roles(before) !== roles(now)) found.push(`members: ${members(now)}`);
  for (const replica of now.replicas) {
    const old = before.replicas.find((r) => r.node === replica.node);
    if (old && old.reachable !== replica.reachable) found.push(`n${replica.node} ${replica.reachable ? "answers again" : "does not answer"}`);
  }
  return found;
}

export class Panel {
  constructor(closed) {
    this.seen = new Map();
    this.history = new Map();
    this.title = el("h2", { tabIndex: -1 });
    this.close = el("button", { type: "button", text: "Close", onclick: () => closed() });
    this.facts = el("dl", { class: "facts" });
    this.values = new Map();
    this.replicas = new Table([
      { title: "Node", text: (r) => `n${r.node}` },
      { title: "Role", text: (r) => (r.reachable ? r.role : "does not answer") },
      { title: "Replica", number: true, text: (r) => r.id },
      { title: "Log up to", number: true, text: (r) => (r.reachable ? count(r.last_index) : "–") },
      { title: "Applied", number: true, text: (r) => (r.reachable ? count(r.applied_index) : "–") },
      { title: "Behind", number: true, text: (r) => (r.reachable ? count(Math.max(0, r.commit - r.applied_index)) : "–") },
    ], "no replica is known", { caption: "Replicas" });
    this.events = el("ol", { class: "events" });
    this.box = el("aside", { class: "panel", hidden: true, "aria-label": "Range" },
      el("div", { class: "panelhead" }, this.title, this.close), this.facts, el("h3", { text: "Replicas" }), this.replicas.box,
      el("h3", { text: "Since this page was opened" }), this.events);
  }

  focus() {
    if (!this.box.hidden) this.title.focus();
  }

  /** Compares all ranges with what they were, and keeps what is different. */
  watch(ranges) {
    if (ranges.length > RANGES_WATCHED_MAX) return;
    for (const range of ranges) {
      const before = this.seen.get(range.id);
      const lines = before && before !== range ? differences(before, range) : [];
      if (before === undefined && this.seen.size > 0 && !this.history.has(range.id) && this.started) lines.push("was made by a split");
      if (lines.length > 0) {
        const kept = this.history.get(range.id) || [];
        kept.unshift(...lines.map((text) => ({ at: Date.now(), text })));
        this.history.set(range.id, kept.slice(0, HISTORY_MAX));
      }
      this.seen.set(range.id, range);
    }
    this.started = true;
  }

  fact(name, value) {
    let cell = this.values.get(name);
    if (!cell) {
      cell = el("dd");
      this.values.set(name, cell);
      this.facts.append(el("dt", { text: name }), cell);
    }
    setText(cell, value);
  }

  show(range) {
    this.box.hidden = range === null;
    if (range === null) return;
    setText(this.title, `Range r${range.id}`);
    this.fact("Keys from", startKey(range.start));
    this.fact("up to", endKey(range.end));
    this.fact("Leader", range.leader === null ? "none" : `n${range.leader}`);
    this.fact("Term", count(range.term));
    this.fact("Generation", count(range.generation));
    this.fact("Committed up to", count(range.commit_index));
    this.fact("Entries in the log", count(range.log_entries));
    this.fact("Size", bytes(range.approximate_bytes));
    this.fact("Writes per second", count(range.writes_per_second));
    this.fact("Reads per second", count(range.reads_per_second));
    this.replicas.show(range.replicas.map((r) => ({ ...r, commit: range.commit_index })).sort((a, b) => a.node - b.node));
    const lines = this.history.get(range.id) || [];
    redraw(this.events, `${range.id} ${lines.length} ${lines[0] ? lines[0].at : ""}`, () =>
      lines.length === 0 ? [el("li", { class: "hint", text: "nothing has happened" })] : lines.map((line) => el("li", {}, el("time", { text: clock(line.at) }), ` ${line.text}`)));
  }
}
