// All ranges at once, one lane for each node: where leaders are, and where something is missing.

import { el, setText } from "./dom.js";

const LANE = 12;
const GAP = 3;
const LABEL = 30;

export class Strip {
  constructor(picked) {
    this.ranges = [];
    this.nodes = [];
    this.canvas = el("canvas", { class: "strip", role: "img", "aria-label": "All ranges by key, a lane for each node" });
    this.note = el("span", { class: "hint" });
    this.box = el("figure", { class: "stripbox" }, el("figcaption", {}, "All ranges from the lowest to the highest key, a lane for each node ", this.note), this.canvas);
    this.canvas.addEventListener("click", (event) => {
      const range = this.at(event.offsetX);
      if (range) picked(range.id);
    });
    this.canvas.addEventListener("mousemove", (event) => {
      const range = this.at(event.offsetX);
      setText(this.note, range ? `r${range.id} from ${range.start || "(lowest)"}` : "");
    });
    this.canvas.addEventListener("mouseleave", () => setText(this.note, ""));
    document.addEventListener("themechange", () => this.paint());
    addEventListener("resize", () => this.paint());
  }

  at(x) {
    const width = this.canvas.clientWidth - LABEL;
    const index = Math.floor(((x - LABEL) / width) * this.ranges.length);
    return x < LABEL ? null : this.ranges[index] || null;
  }

  draw(ranges, nodes, picked) {
    this.ranges = ranges;
    this.nodes = nodes;
    this.picked = picked;
    this.paint();
  }

  paint() {
    const width = this.canvas.clientWidth;
    const height = this.nodes.length * (LANE + GAP) + 2;
    const scale = devicePixelRatio || 1;
    this.canvas.style.height = `${height}px`;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const colors = getComputedStyle(document.documentElement);
    const color = (name) => colors.getPropertyValue(name).trim();
    const [leader, voter, away, ink, soft] = ["--accent", "--voter", "--bad", "--ink", "--soft"].map(color);
    pen.font = "11px system-ui, sans-serif";
    pen.textBaseline = "middle";
    this.nodes.forEach((node, lane) => {
      const y = lane * (LANE + GAP);
      pen.fillStyle = node.state === "live" ? soft : away;
      pen.fillText(`n${node.id}`, 2, y + LANE / 2 + 1);
      const step = (width - LABEL) / Math.max(1, this.ranges.length);
      // Followers first: where several ranges share a pixel, leaders and what is missing must show.
      for (const pass of [0, 1, 2]) {
        this.ranges.forEach((range, i) => {
          const replica = range.replicas.find((r) => r.node === node.id);
          if (!replica) return;
          const kind = !replica.reachable ? 2 : range.leader === node.id ? 1 : 0;
          if (kind !== pass) return;
          pen.fillStyle = [voter, leader, away][kind];
          pen.fillRect(LABEL + i * step, y, Math.max(1, step - (step > 4 ? 1 : 0)), LANE);
        });
      }
    });
    const at = this.ranges.findIndex((range) => String(range.id) === this.picked);
    if (at >= 0) {
      const step = (width - LABEL) / this.ranges.length;
      pen.strokeStyle = ink;
      pen.lineWidth = 1.5;
      pen.strokeRect(LABEL + at * step - 0.5, 0.5, Math.max(2, step), height - 3);
    }
  }
}
