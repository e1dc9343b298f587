// Compare two occupations without a server, from the files of both.
"use strict";

const most = 2;
const isCode = (text) => /^\d\d-\d{4}\.\d\d$/.test(text);
let picked = new URLSearchParams(location.hash.slice(1)).getAll("soc").filter(isCode).slice(0, most);
const input = document.getElementById("q");
const place = document.getElementById("compared");

// An occupation without a score has no file.
async function load(code) {
  const answer = await fetch(`${root}compare/${code}.json`);
  return answer.ok ? answer.json() : null;
}
const link = (occupation) =>
  element("a", { href: `${root}occupations/${occupation.soc_code}/index.html`, lang: "en" }, occupation.title);
const heading = (text) => element("h2", {}, text);
const inEnglish = (text) => element("span", { lang: "en" }, text);
const small = (text) => element("small", {}, text);

function table(className, head, rows) {
  // The first cell of a row is its heading, unless it is empty.
  const cells = (values, scope) =>
    values.map((value, column) => {
      const isHeading = value !== "" && (scope === "col" || column === 0);
      const cell = element(isHeading ? "th" : "td", {}, ...[value].flat());
      if (isHeading) cell.scope = scope;
      return cell;
    });
  return element("table", { className },
    element("thead", {}, element("tr", {}, ...cells(head, "col"))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells(row, "row")))));
}

// A table that scrolls where it is wider than the page.
const wide = (table) => element("div", { className: "wide", tabIndex: 0 }, table);

function figures(occupations) {
  const risk = ({ text, interval, tier, tier_class }) =>
    [element("span", { className: `mark ${tier_class}` }, text), ` ${tier} `, element("small", { className: "interval" }, interval)];
  const rows = [...occupations.flatMap((one) => one.figures), ...occupations.flatMap((one) => one.categories)];
  const labels = [...new Set(rows.map(([label]) => label))];
  const textsOf = (one, label) => [...one.figures, ...one.categories].find((row) => row[0] === label)?.slice(1) ?? ["-"];
  const cell = ([text, remark]) => (remark ? [text, " ", small(remark)] : text);
  return table("comparison", ["", ...occupations.map(link)], [
    [say("risk_heading"), ...occupations.map((one) => risk(one.risk))],
    ...labels.map((label) => [label, ...occupations.map((one) => cell(textsOf(one, label)))]),
  ]);
}

// Bars as the server draws them: a scale for each figure, which includes its least scale and every
// value; thin lines are intervals.
function drawn(name, attributes) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
  return shape;
}

function bar(figure, place) {
  const [zero, end] = [place(0), place(figure.value)];
  const svg = drawn("svg", { width: "100%", height: 14, "aria-hidden": true });
  svg.append(
    drawn("rect", { class: "track", y: 6, width: "100%", height: 2 }),
    drawn("rect", { class: "value", x: `${Math.min(zero, end)}%`, y: 1, width: `${Math.abs(end - zero)}%`, height: 12, rx: 1 }));
  if (figure.ends) svg.append(drawn("line", { x1: `${place(figure.ends[0])}%`, x2: `${place(figure.ends[1])}%`, y1: 7, y2: 7 }));
  svg.append(drawn("line", { class: "axis", x1: `${zero}%`, x2: `${zero}%`, y1: 0, y2: 14 }));
  return svg;
}

function bars(occupations) {
  const bodies = occupations[0].bars.map(({ name, scale }, row) => {
    const values = occupations.map((one) => one.bars[row].value);
    const known = values.filter(Boolean).map((figure) => figure.value);
    if (!known.length) return "";
    const low = Math.min(scale[0], ...known), high = Math.max(scale[1], ...known);
    const place = (value) => (100 * (value - low)) / (high - low || 1);
    const rows = occupations.map((one, number) => {
      const figure = values[number];
      const text = figure ? [figure.text, " ", small(figure.remark)] : [say("not_published")];
      return element("tr", {},
        element("th", { scope: "row", lang: "en" }, one.title),
        element("td", {}, figure ? bar(figure, place) : ""),
        element("td", {}, ...text));
    });
    return element("tbody", {}, element("tr", {}, element("th", { colSpan: 3, scope: "rowgroup" }, name)), ...rows);
  });
  return element("table", { className: "bars" }, ...bodies);
}

// The move from one occupation to the other, if the other is among its stored similar careers.
function moveBetween([from, to]) {
  const move = from.moves[to.soc_code];
  if (!move) return [];
  const parts = [
    heading(say("from_to", { origin: from.title, target: to.title })),
    element("p", {}, say("carries_over", { percent: move.carries_over })),
    wide(table("comparison", [say("task_in", from), say("similar_task_in", to)], move.shared_tasks.map((pair) => pair.map(inEnglish)))),
  ];
  if (move.new_tasks.length) {
    const items = move.new_tasks.map(([task, time]) => element("li", {}, inEnglish(task), " ", small(say("of_the_time", { percent: time }))));
    parts.push(element("h3", {}, say("new_tasks")), element("ul", {}, ...items));
  }
  return parts;
}

async function show() {
  const occupations = (await Promise.all(picked.map(load))).filter(Boolean);
  const missing = picked.length - occupations.length;
  picked = occupations.map((one) => one.soc_code);
  document.getElementById("chosen").replaceChildren(
    ...occupations.map((one, number) => {
      const remove = element("button", { type: "button", className: "quiet" }, `${say("remove")} `, element("span", { className: "hidden", lang: "en" }, one.title));
      remove.addEventListener("click", () => { picked.splice(number, 1); update(); });
      return element("li", {}, link(one), " ", remove);
    }));
  if (missing) return place.replaceChildren(element("p", { className: "note" }, say("no_scores")));
  if (occupations.length < most) return place.replaceChildren();
  place.replaceChildren(heading(say("side_by_side")), wide(figures(occupations)), heading(say("other_figures")), bars(occupations), ...moveBetween(occupations), ...moveBetween([...occupations].reverse()));
}

function update() {
  history.replaceState(null, "", `#${picked.map((code) => `soc=${code}`).join("&")}`);
  show();
}

makeSearch(input, (code) => {
  if (!picked.includes(code)) picked = [...picked.slice(0, most - 1), code]; // replaces the last
  input.value = "";
  document.getElementById("found").replaceChildren();
  update();
});
show();
