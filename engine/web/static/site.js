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

function makeSortable(table) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = element("button", { type: "button" }, heading.textContent);
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
  const value = (row) =>
    numeric ? Number(row.cells[column].dataset.value) : row.cells[column].textContent.trim();
  const order = (a, b) => (numeric ? value(a) - value(b) : value(a).localeCompare(value(b)));
  const rows = [...table.tBodies[0].rows].sort((a, b) => (descending ? order(b, a) : order(a, b)));
  table.tBodies[0].append(...rows);
}

function makeFilterable(tools) {
  const table = tools.nextElementSibling;
  const input = element("input", { type: "search", maxLength: 200 });
  const count = element("span", { role: "status" });
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += !row.hidden;
    }
    count.textContent = wanted ? `${shown} shown` : "";
  });
  tools.append(element("label", {}, "Filter ", input), count);
  if ("risks" in table.dataset) addShares(tools, table);
}

// Time %: change it, and the risk is rolled up again. -----------------------------------------

function addShares(tools, table) {
  const button = element("button", { type: "button", className: "quiet" }, "Change Time %");
  tools.append(button);
  const rows = [...table.tBodies[0].rows];
  const cells = rows.map((row) => row.querySelector(".time"));
  const original = cells.map((cell) => cell.firstElementChild);
  const before = document.getElementById("risk-interval").textContent;
  let inputs = null;
  button.addEventListener("click", () => {
    if (inputs) {
      cells.forEach((cell, row) => cell.replaceChildren(original[row]));
      inputs = null;
    } else {
      inputs = rows.map((row, number) => {
        const input = element("input", {
          type: "number", min: 0, max: 100, step: 1,
          value: (100 * row.dataset.share).toFixed(1),
        });
        input.setAttribute("aria-label", `Time in percent: ${row.querySelector("summary").textContent.trim()}`);
        input.addEventListener("input", rollUp);
        cells[number].replaceChildren(input);
        return input;
      });
    }
    button.textContent = inputs ? "Undo changes of Time %" : "Change Time %";
    rollUp();
  });

  // The interval needs the engine: asked for once the reader pauses.
  let waiting = 0;
  function askInterval(shares, total) {
    clearTimeout(waiting);
    const soc = table.dataset.soc;
    if (!inputs || !live || !soc) return;
    waiting = setTimeout(async () => {
      const texts = rows.map((row) => row.querySelector("summary").dataset.task);
      const time_shares = {};
      texts.forEach((text, number) => {
        time_shares[text] = (time_shares[text] ?? 0) + shares[number] / total;
      });
      const answer = await fetch(`${root}api/occupations/${soc}/what-if`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ time_shares }),
      });
      if (!answer.ok || !inputs) return;
      const [low, high] = (await answer.json()).risk_interval.map((end) => Math.round(100 * end));
      document.getElementById("risk-interval").textContent += `; interval ${low}–${high} %`;
    }, 400);
  }

  function rollUp() {
    const shares = inputs
      ? inputs.map((input) => Math.min(100, Math.max(0, Number(input.value) || 0)))
      : rows.map((row) => 100 * row.dataset.share);
    const total = shares.reduce((sum, share) => sum + share, 0);
    if (total <= 0) return;
    const risk = rows.reduce((sum, row, number) => sum + (row.dataset.risk * shares[number]) / total, 0);
    const tiers = [[0.75, "Very high"], [0.5, "High"], [0.25, "Moderate"], [0, "Low"]];
    const tier = tiers.find(([from]) => risk >= from)[1];
    document.getElementById("risk").textContent = percent(risk);
    const mark = document.getElementById("tier");
    mark.textContent = tier;
    mark.className = `mark ${tier.toLowerCase().replace(" ", "-")}`;
    document.getElementById("risk-interval").textContent = inputs
      ? `with your Time %, which sums to ${Math.round(total)} %${Math.round(total) === 100 ? "" : " and is scaled to 100 %"}; the gauge shows the published shares`
      : before;
    askInterval(shares, total);
  }
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

function makeSearch(input) {
  const found = document.getElementById("found");
  let asked = 0;
  let waiting = 0;
  const look = async () => {
    const mine = ++asked;
    const text = input.value.trim();
    const rows = text ? await search(text) : [];
    if (mine !== asked) return; // an answer to what was typed before
    const list = element("ol");
    for (const row of rows) {
      const page = live ? `occupations/${row.soc_code}` : `occupations/${row.soc_code}/index.html`;
      const link = element("a", { href: root + page }, element("span", {}, row.title));
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

document.querySelectorAll("table[data-sortable]").forEach(makeSortable);
document.querySelectorAll("[data-tools]").forEach(makeFilterable);
document.querySelectorAll("#q").forEach(makeSearch);
document.querySelectorAll("form[data-here]").forEach(makeCareers);
