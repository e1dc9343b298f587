// Comparing two occupations where there is no server: from the files of both.
"use strict";

const most = 2;
const isCode = (text) => /^\d\d-\d{4}\.\d\d$/.test(text);
let picked = new URLSearchParams(location.hash.slice(1)).getAll("soc").filter(isCode).slice(0, most);
const input = document.getElementById("q");
const place = document.getElementById("compared");

// Of what was not scored, or is not there, there is no file.
async function load(code) {
  const answer = await fetch(`${root}compare/${code}.json`);
  return answer.ok ? answer.json() : null;
}
const page = (record) =>
  element("a", { href: `${root}occupations/${record.soc_code}/index.html` }, record.title);
const heading = (text) => element("h2", {}, text);

function table(className, head, rows) {
  // The first of a row is its heading, unless it says nothing.
  const cells = (values, scope) =>
    values.map((value, column) => {
      const heads = value !== "" && (scope === "col" || column === 0);
      const cell = element(heads ? "th" : "td", {}, ...[value].flat());
      if (heads) cell.scope = scope;
      return cell;
    });
  return element("table", { className },
    element("thead", {}, element("tr", {}, ...cells(head, "col"))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells(row, "row")))));
}

function mark(risk) {
  const tier = tierOf(risk);
  return element("span", { className: `mark ${className(tier)}` }, percent(risk));
}

const small = (text) => element("small", {}, text);
const zone = (record) => (record.job_zone ? String(record.job_zone) : "unknown");
const dollars = (wage) => (wage ? `$${Math.round(wage).toLocaleString("en-US")}` : "not published");

function figuresOf(records) {
  const row = (name, of) => [name, ...records.map(of)];
  const rows = [
    row("Risk", (one) => [mark(one.risk), ` ${one.tier} `, small(between(one.risk_interval))]),
    row("AI capability", (one) => [percent(one.ai_capability), " ", small(between(one.ai_capability_interval))]),
    row("Time in tasks of high risk", (one) => percent(one.high_risk_time_share)),
    row("Job Zone", zone),
  ];
  if (records.some((one) => one.median_wage)) rows.push(row("Median wage", (one) => dollars(one.median_wage)));
  const times = records.map((one) => one.categories);
  for (const name of new Set(times.flatMap(Object.keys))) {
    rows.push([`Time: ${name}`, ...times.map((time) => (name in time ? percent(time[name]) : "-"))]);
  }
  return table("comparison", ["", ...records.map(page)], rows);
}

// What is stored of a move from one to the other, where the other is among its similar careers.
function moveOf([from, to]) {
  const match = from.similar.find((other) => other.soc_code === to.soc_code);
  if (!match) return [];
  const pairs = match.shared_tasks.map((pair) => [pair.task, pair.matches]);
  const told = [
    heading(`From ${from.title} to ${to.title}`),
    element("p", {}, `${percent(match.carries_over)} of the time there carries over.`),
    table("comparison", [`Alike in ${from.title}`, `and in ${to.title}`], pairs),
  ];
  if (match.new_tasks.length) {
    const items = match.new_tasks.map((task) => element("li", {}, `${task.task} `, small(`${percent(task.time_share)} of the time`)));
    told.push(element("h3", {}, "New there"), element("ul", {}, ...items));
  }
  return told;
}

async function show() {
  const records = (await Promise.all(picked.map(load))).filter(Boolean);
  const missing = picked.length - records.length;
  picked = records.map((record) => record.soc_code);
  document.getElementById("chosen").replaceChildren(
    ...records.map((record, number) => {
      const remove = element("button", { type: "button", className: "quiet" }, "Remove ", element("span", { className: "hidden" }, record.title));
      remove.addEventListener("click", () => { picked.splice(number, 1); changed(); });
      return element("li", {}, page(record), " ", remove);
    }));
  if (missing) return place.replaceChildren(element("p", { className: "note" }, "There are no scores of that occupation here."));
  if (records.length < most) return place.replaceChildren();
  const scored = element("div", { className: "wide", tabIndex: 0 }, figuresOf(records));
  place.replaceChildren(heading("Side by side"), scored, ...moveOf(records), ...moveOf([...records].reverse()));
}

function changed() {
  history.replaceState(null, "", `#${picked.map((code) => `soc=${code}`).join("&")}`);
  show();
}

makeSearch(input, (code) => {
  if (!picked.includes(code)) picked = [...picked.slice(0, most - 1), code]; // the last gives way
  input.value = "";
  document.getElementById("found").replaceChildren();
  changed();
});
show();
