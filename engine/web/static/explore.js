// The map: apply its filters as they change. With a server, the server filters, and its answer
// replaces map and table. Without one, each occupation lists the choices that it passes.
"use strict";

const filters = document.getElementById("filters");
const count = document.getElementById("count");
let applied = 0;

const chosenOf = (form) => [...new FormData(form)].filter(([, value]) => value !== "");

async function askServer(number) {
  const query = new URLSearchParams(chosenOf(filters)).toString();
  const address = filters.getAttribute("action") + (query && `?${query}`);
  const answer = await fetch(address);
  if (!answer.ok) return filters.submit(); // shows the message of the server
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (number !== applied) return; // changed in the meantime
  for (const id of ["map", "rows", "axis"]) {
    document.getElementById(id)?.replaceWith(page.getElementById(id));
  }
  count.textContent = page.getElementById("count").textContent;
  history.replaceState(null, "", address);
  document.querySelectorAll("#map [data-scatter]").forEach(makeScatter);
}

async function filterHere(number) {
  const chosen = chosenOf(filters).filter(([name]) => name !== "q").map((choice) => choice.join("="));
  const text = filters.elements.q.value.trim();
  const [{ choices, occupations }, found] = await Promise.all([
    loadPoints(document.querySelector("[data-scatter]").dataset.points),
    text && searchFile(text, Infinity),
  ]);
  if (number !== applied) return;
  const codes = new Set(found && found.map((row) => row.soc_code));
  const passing = new Set();
  const dots = document.querySelectorAll("#map circle");
  occupations.forEach(([code, , , numbers], place) => {
    const passed = numbers.map((one) => choices[one]);
    const isIn = chosen.every((choice) => passed.includes(choice)) && (!text || codes.has(code));
    if (isIn) passing.add(code);
    dots[place]?.classList.toggle("out", !isIn);
  });
  for (const row of document.querySelectorAll("#rows tbody tr")) row.hidden = !passing.has(row.dataset.code);
  count.textContent = say("occupations_of", { number: passing.size, total: occupations.length });
}

if (filters) {
  let timer = 0;
  const apply = () => (live ? askServer : filterHere)(++applied);
  filters.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 150);
  });
  filters.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
}
