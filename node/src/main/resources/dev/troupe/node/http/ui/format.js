// Numbers, sizes and times as people read them.

export const count = (n) => n.toLocaleString("en", { maximumFractionDigits: Math.abs(n) < 10 ? 1 : 0 });

export function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) { n /= 1024; unit++; }
  return `${n.toFixed(unit === 0 || n >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** A time span in seconds, by its two largest units. */
export function span(seconds) {
  seconds = Math.max(0, Math.floor(seconds));
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => seconds >= size);
  if (first < 0) return "0 s";
  const [size, name] = parts[first];
  const next = parts[first + 1];
  const rest = next ? Math.floor((seconds % size) / next[0]) : 0;
  return `${Math.floor(seconds / size)} ${name}` + (rest ? ` ${rest} ${next[1]}` : "");
}

export const since = (iso) => span((Date.now() - Date.parse(iso)) / 1000);

/** A short duration in seconds: 1.23 ms. */
export function latency(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 0.001) return `${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : 1)} ms`;
  return `${Math.round(seconds * 1e6)} µs`;
}

export const clock = (when) => new Date(when).toLocaleTimeString("en-GB");

export const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** Borders of ranges: the lowest and the highest key have no text of their own. */
export const startKey = (text) => text || "(lowest)";
export const endKey = (text) => (text === "\\xff" ? "(highest)" : text);
