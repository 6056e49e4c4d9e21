/** The progress of the user's work. What comes in is only ever textContent. */

/** @type {typeof import("../../../channels_realtime/static/channels_realtime/client.js")} */
const { connect } = await import(document.getElementById("realtime-client").href);

const ENDS = {
  succeeded: "is finished.",
  failed: "has failed.",
  cancelled: "was cancelled.",
  lost: "does not answer. It was probably stopped.",
};
const rows = new Map(); // by the id of the work

function describe({ name, state, done, total }) {
  if (state !== "running") return `${name} ${ENDS[state]}`;
  return total === null ? `${name}: ${done}` : `${name}: ${done} of ${total}`;
}

/** Show some work. Its row stays the same element, so a screen reader does not lose its place. */
function show(work) {
  if (!rows.has(work.id)) addRow(work.id);
  const { label, bar } = rows.get(work.id);
  label.textContent = describe(work);
  bar.hidden = work.state !== "running";
  if (work.total) bar.max = work.total;
  if (work.total) bar.value = work.done; // a bar without a value shows that the end is unknown
  announce(work);
}

function addRow(id) {
  const [row, label, bar] = ["li", "label", "progress"].map((name) => document.createElement(name));
  bar.id = `work-${id}`;
  label.htmlFor = bar.id;
  row.append(label, " ", bar);
  document.getElementById("works").prepend(row); // the newest first
  rows.set(id, { row, label, bar });
}

/** Say the beginning, each quarter and the end; a screen reader must not talk all the time. */
function announce(work) {
  const row = rows.get(work.id);
  const quarter = work.total ? Math.floor((4 * work.done) / work.total) : 0;
  const moment = `${work.state} ${quarter}`;
  const ended = row.moment === undefined && work.state !== "running"; // before this page
  if (row.moment !== moment && !ended) {
    document.getElementById("announcement").textContent = describe(work);
  }
  row.moment = moment;
}

/** Show what the server lists, and remove everything else. */
function list(works) {
  const listed = new Set(works.map(({ id }) => id));
  for (const [id, { row }] of rows) {
    if (!listed.has(id)) row.remove();
    if (!listed.has(id)) rows.delete(id);
  }
  works.forEach(show);
}

connect(
  "../ws/progress/",
  {
    message(text) {
      const message = JSON.parse(text);
      if (message.type === "progress.listed") list(message.works);
      if (message.type === "progress.changed") show(message);
    },
    state() {}, // the bars wait for the connection
  },
  { heartbeat: true },
);
