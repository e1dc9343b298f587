// Enhancements for browsers with JavaScript. Every page works without them.
// Scripts format, sort, filter and add up; the rules (tiers, filters, names) are data in the page.
"use strict";

const live = document.body.dataset.live === "yes";
const root = document.body.dataset.root;
const pagesRoot = document.body.dataset.pages ?? root; // with the language, if the address has one

// The page's own words, in its language; values replace "{name}".
const messages = JSON.parse(document.getElementById("messages").textContent);
const say = (name, values = {}) => messages[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
const wholePercent = (number) => say("percent", { number });
const percent = (value) => wholePercent(Math.round(100 * value));
const interval = ([low, high]) => say("interval", { low: Math.round(100 * low), high: Math.round(100 * high) });

function element(name, properties = {}, ...children) {
  const created = Object.assign(document.createElement(name), properties);
  created.append(...children);
  return created;
}

// Tables: sort by a click on a heading, filter by typed text and chosen values. ------------------
// A task and its evidence are two rows in a separate <tbody>. In other tables each row counts.
// With fields to choose from, each row lists the values that it passes.

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
    return parseFloat(typed ?? cell.dataset.value) || 0;
  };
  const order = (a, b) => (numeric ? value(a) - value(b) : value(a).localeCompare(value(b)));
  const sorted = parts(table).sort((a, b) => (descending ? order(b, a) : order(a, b)));
  ("tasks" in table.dataset ? table : table.tBodies[0]).append(...sorted);
}

function makeFilterable(tools) {
  const table = tools.nextElementSibling;
  const selects = [...tools.querySelectorAll("select")];
  const input = tools.querySelector("input[type=search]");
  const count = tools.querySelector("[role=status]");
  tools.addEventListener("input", () => {
    const query = input.value.trim().toLowerCase();
    const chosen = selects.map((select) => select.value).filter(Boolean);
    let matching = 0;
    for (const part of parts(table)) {
      const passed = chosen.length ? part.dataset.passes.split(" ") : [];
      part.hidden = !rowOf(part).textContent.toLowerCase().includes(query) || !chosen.every((one) => passed.includes(one));
      matching += !part.hidden;
    }
    count.textContent = query || chosen.length ? say("matching", { number: matching }) : "";
  });
}

// Search as you type; one more than is shown tells whether there are more. ----------------------

const MOST_FOUND = 10;

// With a server, its API searches, and tolerates typos.
async function searchServer(text) {
  const answer = await fetch(`${root}api/occupations?per_page=${MOST_FOUND + 1}&q=${encodeURIComponent(text)}`);
  return answer.ok ? (await answer.json()).occupations : [];
}

// Without a server: rows of search.json, [code, title, normalized names], in its order. Two digits
// begin a code, also after "ISCO", or one that it superseded, which is the last of the names.
// Otherwise every typed word begins a word of one name; matches of the first name,
// which is the title, precede matches of other names.
let searchIndex = null;
async function searchFile(text, most = MOST_FOUND + 1) {
  searchIndex ??= fetch(`${root}search.json`).then((answer) => answer.json());
  const words = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim().split(" ");
  const matches = (name) => words.every((word) => ` ${name}`.includes(` ${word}`));
  const number = text.replace(/^isco\W*/i, "").replace(/[-.]/g, "");
  const isCode = /^\d\d/.test(number);
  const hasCode = (code) => code.replace(/^ISCO-|[-. ]/g, "").startsWith(number);
  const byTitle = [], byOtherName = [];
  for (const [soc_code, title, [first, ...others]] of await searchIndex) {
    if (isCode ? hasCode(soc_code) : matches(first)) byTitle.push({ soc_code, title });
    else if (others.some(isCode ? hasCode : matches)) byOtherName.push({ soc_code, title });
  }
  return [...byTitle, ...byOtherName].slice(0, most);
}

// `data-pick`, if given, starts the link to a found occupation. `choose`, if given, takes the code
// of the occupation that was clicked.
function makeSearch(input, choose = null) {
  const found = document.getElementById("found");
  let searches = 0;
  let timer = 0;
  const address = (code) => {
    if (input.dataset.pick) return input.dataset.pick + code;
    return pagesRoot + (live ? `occupations/${code}` : `occupations/${code}/index.html`);
  };
  const search = async () => {
    const number = ++searches;
    const text = input.value.trim();
    const rows = text ? await (live ? searchServer : searchFile)(text) : [];
    if (number !== searches) return; // more was typed in the meantime
    const list = element("ol");
    for (const row of rows.slice(0, MOST_FOUND)) {
      const link = choose
        ? element("button", { type: "button", className: "quiet", lang: "en" }, row.title)
        : element("a", { href: address(row.soc_code) }, element("span", { lang: "en" }, row.title));
      if (choose) link.addEventListener("click", () => choose(row.soc_code));
      if (typeof row.risk === "number") link.append(element("span", {}, say("risk", { percent: percent(row.risk) })));
      list.append(element("li", {}, link));
    }
    const nothing = element("p", {}, say("nothing_found"));
    const first = rows.length > MOST_FOUND ? element("p", {}, say("first_found", { number: MOST_FOUND })) : "";
    found.replaceChildren(...(text ? (rows.length ? [first, list] : [nothing]) : []));
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  });
  if (!live) input.form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
}

// The first scoring run: show its progress, and say when the scores are ready. -------------------

function makeProgress(note) {
  const check = async () => {
    const answer = await fetch(`${root}api/runs`).catch(() => null);
    const progress = answer?.ok ? (await answer.json()).progress : undefined;
    if (progress === null) {
      note.replaceChildren(`${say("scores_ready")} `, element("a", { href: location.href }, say("show_them")));
      return;
    }
    if (progress) {
      note.querySelector("[data-done]").textContent = say("done_of", progress);
      note.querySelector("progress").value = progress.done;
    }
    setTimeout(check, 2000);
  };
  setTimeout(check, 2000);
}

// Similar careers without a server: show those that pass every choice of the form. ---------------
// Each match lists the choices that it passes.

function makeCareers(form) {
  form.hidden = false;
  form.querySelector("button").hidden = true;
  const passes = (passed, choice) => choice === null || passed.split(" ").includes(choice);
  const apply = () => {
    const chosen = new FormData(form);
    for (const item of document.querySelectorAll("#careers .matches li")) {
      const { safer, zones, wages, outlook } = item.dataset;
      item.hidden = !(
        (!chosen.has("safer") || safer === "yes") &&
        (!chosen.has("outlook") || outlook === "yes") &&
        passes(zones, chosen.get("zones")) &&
        passes(wages, chosen.get("wage"))
      );
    }
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  apply();
}

// Printed pages say where they are from, without what a link holds for the browser alone, and when.
function makePrinted(line) {
  const address = location.href.split("#")[0];
  const date = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  line.textContent = say("printed", { address, date });
}

document.querySelectorAll("[data-printed]").forEach(makePrinted);
document.querySelectorAll("[data-tools]").forEach(makeFilterable);
document.querySelectorAll("table[data-sortable], table[data-tasks]").forEach(makeSortable);
if (!document.getElementById("pick")) document.querySelectorAll("#q").forEach((input) => makeSearch(input));
document.querySelectorAll("form[data-here]").forEach(makeCareers);
document.querySelectorAll("#progress").forEach(makeProgress);
