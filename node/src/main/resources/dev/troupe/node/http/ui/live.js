// One stream of events for the page. It is closed while nobody sees the page.

import { byId } from "./dom.js";

const SILENCE_MS = 15000;
const PATIENCE_MS = 4000;

/** Keeps what the node tells of some topics; `changed(topic, items, event)` is called after each piece of news. */
export class Live {
  constructor(topics, changed) {
    this.topics = topics;
    this.changed = changed;
    this.items = new Map(topics.map((topic) => [topic, new Map()]));
    this.known = new Set();
    this.problems = new Map();
    this.paused = false;
    this.source = null;
    this.heard = Date.now();
    document.addEventListener("visibilitychange", () => this.follow());
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", () => this.follow());
    setInterval(() => this.look(), 1000);
    this.follow();
  }

  list(topic) {
    return [...this.items.get(topic).values()];
  }

  pause(paused) {
    this.paused = paused;
    this.follow();
  }

  follow() {
    const wanted = this.topics.length > 0 && !this.paused && !document.hidden;
    if (wanted && !this.source) this.start();
    if (!wanted) this.stop();
    this.report();
  }

  stop() {
    if (this.source) this.source.close();
    this.source = null;
  }

  start() {
    this.heard = Date.now();
    this.source = new EventSource(`/api/v1/stream?topics=${this.topics.join(",")}`);
    this.source.onopen = () => { this.heard = Date.now(); this.report(); };
    for (const topic of this.topics) {
      this.source.addEventListener(topic, (event) => this.news(topic, JSON.parse(event.data)));
    }
    this.source.addEventListener("problem", (event) => {
      const problem = JSON.parse(event.data);
      this.heard = Date.now();
      this.problems.set(problem.topic, problem.message);
      this.report();
    });
  }

  news(topic, news) {
    const items = this.items.get(topic);
    if (news.full) items.clear();
    for (const item of news.items) items.set(String(item.id), item);
    for (const id of news.gone) items.delete(id);
    this.heard = Date.now();
    this.known.add(topic);
    this.problems.delete(topic);
    this.changed(topic, this.list(topic), news);
    this.report();
  }

  /** A stream that was refused does not come back by itself; one of a node that has stopped says nothing. */
  look() {
    if (!this.source) return;
    const silent = Date.now() - this.heard;
    if (this.source.readyState === EventSource.CLOSED && silent > PATIENCE_MS) {
      this.stop();
      this.start();
    }
    this.report();
  }

  report() {
    const box = byId("status");
    let text = "live";
    let state = "good";
    const silent = Date.now() - this.heard;
    if (this.topics.length === 0) [text, state] = ["", ""];
    else if (this.paused) [text, state] = ["paused", "warn"];
    else if (this.problems.size > 0) [text, state] = [[...this.problems.values()].join("; "), "bad"];
    else if (!this.source || this.source.readyState !== EventSource.OPEN) {
      if (silent > PATIENCE_MS) [text, state] = ["this node does not answer; trying again", "bad"];
      else if (this.known.size === 0) [text, state] = ["connecting…", ""];
    } else if (silent > SILENCE_MS && this.known.size === 0) [text, state] = ["waiting for the node", "warn"];
    if (box.textContent !== text) box.textContent = text;
    const name = `dot ${state}`;
    if (box.className !== name) box.className = name;
  }
}

/** Asks the JSON API; fails with the node's own words. */
export async function ask(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(8000) });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ? body.error.message : response.statusText);
  return body;
}
