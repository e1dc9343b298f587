// What helps where there is JavaScript; every page is useful without it.
"use strict";

const live = document.body.dataset.live === "yes";
const root = document.body.dataset.root;
const percent = (value) => `${Math.round(100 * value)} %`;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Tables: sort by a click on a heading, filter by what is typed. ------------------------------
// A task and its evidence are two rows in a body of their own; elsewhere each row is for itself.

const parts = (table) => ("tasks" in table.dataset ? [...table.tBodies] : [...table.tBodies[0].rows]);
const rowOf = (part) => (part.rows ? part.rows[0] : part);

function makeSortable(table) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = element("button", { type: "button" }, heading.textContent.trim());
    button.addEventListener("click", () => sortBy(table, headings, column));
    heading.replaceChildren(button);
  });
}

function sortBy(table, headings, column) {
  const numeric = headings[column].dataset.sort === "number";
  const before = headings[column].getAttribute("aria-sort");
  const descending = before ? before === "ascending" : numeric;
  headings.forEach((heading) => heading.removeAttribute("aria-sort"));
  headings[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
  const value = (part) => {
    const cell = rowOf(part).cells[column];
    if (!numeric) return cell.textContent.trim();
    const typed = cell.querySelector("input")?.value;
    return parseFloat(typed ?? cell.dataset.value ?? cell.textContent.replace(/[^\d.-]/g, "")) || 0;
  };
  const order = (a, b) => (numeric ? value(a) - value(b) : value(a).localeCompare(value(b)));
  const sorted = parts(table).sort((a, b) => (descending ? order(b, a) : order(a, b)));
  ("tasks" in table.dataset ? table : table.tBodies[0]).append(...sorted);
}

function makeFilterable(tools) {
  const table = tools.nextElementSibling;
  const input = element("input", { type: "search", maxLength: 200 });
  const count = element("span", { role: "status" });
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const part of parts(table)) {
      part.hidden = !rowOf(part).textContent.toLowerCase().includes(wanted);
      shown += !part.hidden;
    }
    count.textContent = wanted ? `${shown} shown` : "";
  });
  tools.prepend(element("label", {}, "Filter ", input), count);
}

// Time %: change it, and everything that depends on it is rolled up again, as the engine does. ---

const tiers = [[0.75, "Very high"], [0.5, "High"], [0.25, "Moderate"], [0, "Low"]];
const tierOf = (risk) => tiers.find(([from]) => risk >= from)[1];
const className = (tier) => tier.toLowerCase().replace(" ", "-");
const between = ([low, high]) => `${Math.round(100 * low)}–${Math.round(100 * high)} %`;
const numbers = (text) => text.split(" ").map(Number);

// Σ share × value, and its interval from the expected errors and how far they go together.
function rolledUp(shares, estimates, { correlation, reach }) {
  let value = 0, sum = 0, squares = 0;
  estimates.forEach(([estimate, error], row) => {
    const weighted = shares[row] * error;
    value += shares[row] * estimate;
    sum += weighted;
    squares += weighted * weighted;
  });
  const error = Math.sqrt((1 - correlation) * squares + correlation * sum * sum);
  const half = reach === null ? 1 : reach * error;
  return { value, ends: [Math.max(0, value - half), Math.min(1, value + half)] };
}

function onArc(part, radius) {
  const angle = Math.PI * (1 - part);
  return [100 + radius * Math.cos(angle), 100 - radius * Math.sin(angle)];
}

function showGauge({ value, ends }) {
  const [low, high] = [Math.max(0, Math.min(ends[0], value - 0.003)), Math.min(1, Math.max(ends[1], value + 0.003))];
  const [from, to, [x, y]] = [onArc(low, 80), onArc(high, 80), onArc(value, 66)];
  const reach = document.getElementById("reach");
  reach.setAttribute("d", `M${from.join(" ")}A80 80 0 0 1 ${to.join(" ")}`);
  reach.setAttribute("class", `reach ${className(tierOf(value))}`);
  const needle = document.getElementById("needle");
  needle.setAttribute("x2", x);
  needle.setAttribute("y2", y);
}

function showCategories(shares, bodies) {
  const bars = document.querySelectorAll(".categories .bar rect");
  const cells = document.querySelectorAll(".categories .legend td");
  const time = Array.from(bars, () => 0);
  bodies.forEach((body, row) => (time[body.dataset.part] += shares[row]));
  let x = 0;
  time.forEach((share, part) => {
    bars[part].setAttribute("x", `${100 * x}%`);
    bars[part].setAttribute("width", `${100 * share}%`);
    cells[part].textContent = percent(share);
    x += share;
  });
}

function makeShares(table) {
  const bodies = [...table.tBodies];
  const inputs = bodies.map((body) => body.querySelector(".share"));
  const published = bodies.map((body) => Number(body.dataset.share));
  const written = inputs.map((input) => input.defaultValue);
  const risks = bodies.map((body) => numbers(body.dataset.risk));
  const capabilities = bodies.map((body) => numbers(body.dataset.capability));
  const errors = JSON.parse(table.dataset.errors);
  const show = (id, text) => {
    const place = document.getElementById(id);
    if (place) place.textContent = text;
  };
  const undo = element("button", { type: "button", className: "quiet", hidden: true }, "Undo changes of Time %");
  const said = element("span", { role: "status" });
  const tools = table.previousElementSibling;
  document.getElementById("time")?.remove();
  tools.append(undo, said);

  function rollUp() {
    // What was not touched counts as published, not as rounded for the field.
    const typed = inputs.map((input, row) =>
      input.value === written[row] ? 100 * published[row] : Math.min(100, Math.max(0, Number(input.value) || 0)));
    const total = typed.reduce((sum, share) => sum + share, 0);
    const changed = inputs.some((input, row) => input.value !== written[row]);
    undo.hidden = !changed;
    if (total <= 0) {
      said.textContent = "Time % is 0 everywhere: give at least one task some time.";
      return;
    }
    const shares = typed.map((share) => share / total);
    const risk = rolledUp(shares, risks, errors.automation);
    const capability = rolledUp(shares, capabilities, errors.exposure);
    const timeWhere = (test) => percent(shares.reduce((sum, share, row) => sum + (test(row) ? share : 0), 0));
    const tier = tierOf(risk.value);
    show("risk", percent(risk.value));
    show("risk-interval", between(risk.ends));
    show("tier", tier);
    document.getElementById("tier").className = `mark ${className(tier)}`;
    show("capability", percent(capability.value));
    show("capability-interval", between(capability.ends));
    show("high-risk", timeWhere((row) => risks[row][0] >= 0.5));
    show("far", timeWhere((row) => "far" in bodies[row].dataset));
    showGauge(risk);
    showCategories(shares, bodies);
    const scaled = Math.round(total) === 100 ? "" : `, which sums to ${Math.round(total)} % and is scaled to 100 %`;
    said.textContent = changed ? `With your Time %${scaled}: risk ${percent(risk.value)}, interval ${between(risk.ends)}` : "";
  }

  inputs.forEach((input) => {
    input.disabled = false;
    input.removeAttribute("form");
    input.addEventListener("input", rollUp);
  });
  undo.addEventListener("click", () => {
    inputs.forEach((input, row) => (input.value = written[row]));
    rollUp();
    inputs[0].focus();
  });
}

// Charts: the occupation under the pointer is named, and a click leads to it. --------------------

function makeScatter(figure) {
  const dots = [...figure.querySelectorAll("circle")];
  const rows = [...figure.querySelectorAll("tbody tr")];
  const heads = [...figure.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  const named = new Map(dots.map((dot, number) => [dot, rows[number]]));
  const line = figure.querySelector(".dot");
  const svg = figure.querySelector("svg");
  let marked = null;
  svg.addEventListener("pointermove", (event) => {
    if (event.target === marked) return;
    marked?.classList.remove("marked");
    const row = named.get(event.target);
    marked = row ? event.target : null;
    marked?.classList.add("marked");
    line.textContent = row
      ? [...row.cells].map((cell, column) => (column ? `${heads[column]} ${cell.textContent}` : cell.textContent)).join(" · ")
      : "\u00a0";
  });
  svg.addEventListener("click", (event) => {
    const row = named.get(event.target);
    if (row) location.assign(row.querySelector("a").href);
  });
}

// Search as you type. -------------------------------------------------------------------------

function trigrams(text) {
  const padded = `  ${text.toLowerCase().replace(/[^a-z0-9]+/g, " ").trim()} `;
  return new Set(Array.from({ length: Math.max(0, padded.length - 2) }, (_, at) => padded.slice(at, at + 3)));
}

function likeness(wanted, name) {
  const grams = trigrams(name);
  let shared = 0;
  for (const gram of wanted) shared += grams.has(gram);
  return (shared / wanted.size) + shared / (wanted.size + grams.size);
}

let index = null;
async function search(text) {
  if (live) {
    const answer = await fetch(`${root}api/occupations?per_page=10&q=${encodeURIComponent(text)}`);
    return answer.ok ? (await answer.json()).occupations : [];
  }
  index ??= (await fetch(`${root}search.json`)).json();
  const wanted = trigrams(text);
  const scored = (await index).map(([soc_code, title, others]) => ({
    soc_code, title, risk: null,
    score: Math.max(likeness(wanted, title), ...others.map((other) => 0.97 * likeness(wanted, other))),
  }));
  return scored.filter((row) => row.score > 0.6).sort((a, b) => b.score - a.score).slice(0, 10);
}

// `pick`, where given, is what a link to a found occupation begins with; `choose` is told of a click.
function makeSearch(input, choose = null) {
  const found = document.getElementById("found");
  let asked = 0;
  let waiting = 0;
  const address = (code) => {
    if (input.dataset.pick) return root + input.dataset.pick + code;
    return root + (live ? `occupations/${code}` : `occupations/${code}/index.html`);
  };
  const look = async () => {
    const mine = ++asked;
    const text = input.value.trim();
    const rows = text ? await search(text) : [];
    if (mine !== asked) return; // an answer to what was typed before
    const list = element("ol");
    for (const row of rows) {
      const link = choose
        ? element("button", { type: "button", className: "quiet" }, row.title)
        : element("a", { href: address(row.soc_code) }, element("span", {}, row.title));
      if (choose) link.addEventListener("click", () => choose(row.soc_code));
      if (typeof row.risk === "number") link.append(element("span", {}, `risk ${percent(row.risk)}`));
      list.append(element("li", {}, link));
    }
    found.replaceChildren(text && !rows.length ? element("p", {}, "Nothing comes near it.") : text ? list : "");
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
  if (!live) input.form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
}

// While the catalogue is scored for the first time: how far it is, and when it is there. ---------

function makeProgress(note) {
  const look = async () => {
    const answer = await fetch(`${root}api/runs`).catch(() => null);
    const progress = answer?.ok ? (await answer.json()).progress : undefined;
    if (progress === null) {
      note.replaceChildren("The scores are there. ", element("a", { href: location.href }, "Show them"));
      return;
    }
    if (progress) {
      note.querySelector("[data-done]").textContent = `${progress.done} of ${progress.total}`;
      note.querySelector("progress").value = progress.done;
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
}

// Careers, where there is no server to filter them. --------------------------------------------

function makeCareers(form) {
  const section = document.getElementById("careers");
  form.hidden = false;
  form.querySelector("button").hidden = true;
  const apply = () => {
    const values = new FormData(form);
    const own = Number(section.dataset.ownZone);
    for (const item of section.querySelectorAll(".matches li")) {
      const { safer, zone, wage } = item.dataset;
      const gap = values.get("zones");
      item.hidden =
        (values.has("safer") && safer !== "yes") ||
        (gap !== "any" && own && zone && Math.abs(own - zone) > Number(gap)) ||
        ((values.get("wage") ?? "any") !== "any" && !(Number(wage) >= Number(values.get("wage"))));
    }
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  apply();
}

document.querySelectorAll("[data-tools]").forEach(makeFilterable);
document.querySelectorAll("table[data-sortable], table[data-tasks]").forEach(makeSortable);
document.querySelectorAll("table[data-tasks]").forEach(makeShares);
document.querySelectorAll("[data-scatter]").forEach(makeScatter);
if (!document.getElementById("pick")) document.querySelectorAll("#q").forEach((input) => makeSearch(input));
document.querySelectorAll("form[data-here]").forEach(makeCareers);
document.querySelectorAll("#progress").forEach(makeProgress);
