// What the cluster works at in the background.

import { el } from "./dom.js";
import { count, percent } from "./format.js";
import { Table, redraw } from "./table.js";

const kinds = {
  building_index: "building an index",
  validating_index: "validating an index",
  validating_constraint: "validating a constraint",
};

const done = (job) => (job.rows_expected ? Math.min(1, job.rows / job.rows_expected) : null);

function bar(job) {
  const part = done(job);
  return part === null ? [] : [el("progress", { max: 1, value: part, "aria-label": `${job.name}: ${percent(part)}` }), ` ${percent(part)}`];
}

function open(main) {
  const table = new Table([
    { title: "Job", text: (j) => kinds[j.kind] || j.kind },
    { title: "Name", text: (j) => j.name || "(dropped)", class: "mono" },
    { title: "Table", text: (j) => j.table || "(dropped)", class: "mono" },
    { title: "Rows done", number: true, sort: (j) => j.rows, cell: (j, td) => redraw(td, String(j.rows), () => [count(j.rows)]) },
    { title: "Done", sort: (j) => done(j) ?? -1, cell: (j, td) => redraw(td, `${j.rows} ${j.rows_expected}`, () => bar(j)) },
  ], "no job is under way", { caption: "Jobs under way" });
  main.append(
    el("p", { class: "hint", text: "Changes of the schema that go over rows which were there before: they go on beside writers, and another node takes them up when theirs dies. Cancel the statement that began one to take it back. How much is done is a guess by the last count of the table." }),
    table.box);
  return (topic, items) => table.show(items.sort((a, b) => a.id - b.id));
}

export default { path: "/jobs", title: "Jobs", topics: ["jobs"], open };
