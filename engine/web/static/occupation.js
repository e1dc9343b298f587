// A scored occupation: recalculate it when Time % changes, and show a scenario step.
// Everything that is decided (tiers, limits, errors, texts) is data in the page.
"use strict";

// Σ share × value with its interval, as the engine's `ErrorModel.combine` does. Each part has
// `value`, `error`, `share`, `shareError`, and `key`, which is equal for copies of a task. A reach
// of null is infinite: the interval then covers everything.
function combine(parts, { correlation, edges, reaches, deviate }) {
  const total = parts.reduce((sum, part) => sum + part.share * part.value, 0);
  const value = Math.min(1, Math.max(0, total));
  const weighted = new Map();
  for (const { key, share, error } of parts) weighted.set(key, (weighted.get(key) ?? 0) + share * error);
  let sum = 0, squares = 0;
  for (const error of weighted.values()) {
    sum += error;
    squares += error * error;
  }
  const error = Math.sqrt((1 - correlation) * squares + correlation * sum * sum);
  const timeError = Math.hypot(...parts.map((part) => part.shareError * (part.value - value)));
  const reach = reaches[edges.filter((edge) => edge <= value).length];
  const half = reach === null ? 1 : Math.hypot(reach * error, deviate * timeError);
  return { value, ends: [Math.max(0, value - half), Math.min(1, value + half)] };
}

// Whole percentages that sum to 100, as the engine's `three_parts`.
function threeParts(takeOver, help) {
  const first = Math.round(100 * takeOver);
  const within = Math.min(100, Math.max(first, Math.round(100 * (takeOver + help))));
  return [first, within - first, 100 - within];
}

function show(id, text) {
  const place = document.getElementById(id);
  if (place) place.textContent = text;
}

function showTier(id, name, tierClass) {
  const mark = document.getElementById(id);
  mark.textContent = name;
  mark.className = `mark ${tierClass}`;
}

function showGauge({ value, ends: [low, high] }, tierClass) {
  const reach = document.getElementById("reach");
  reach.setAttribute("stroke-dasharray", `0 ${low} ${high - low} 1`);
  reach.setAttribute("class", `reach ${tierClass}`);
  document.getElementById("needle").setAttribute("transform", `rotate(${180 * value})`);
}

function showCapability({ value, ends: [low, high] }) {
  show("capability", percent(value));
  show("capability-interval", interval([low, high]));
  const [, reach, dot] = document.querySelector(".figures .reaches").children;
  reach.setAttribute("x", `${100 * low}%`);
  reach.setAttribute("width", `${Math.max(1, 100 * (high - low))}%`);
  dot.setAttribute("cx", `${100 * value}%`);
}

function showParts(widths) {
  const svg = document.querySelector(".headline .parts");
  let x = 0;
  const texts = [...svg.querySelectorAll("rect")].map((bar, number) => {
    bar.setAttribute("x", `${x}%`);
    bar.setAttribute("width", `${widths[number]}%`);
    const text = wholePercent(widths[number]);
    show(bar.getAttribute("class"), text);
    x += widths[number];
    return text;
  });
  const [take, help, human] = texts;
  svg.setAttribute("aria-label", say("parts", { take, help, human }));
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
  const shareErrors = bodies.map((body) => Number(body.dataset.shareError));
  const keys = bodies.map((body, row) => body.dataset.copy ?? String(row));
  const writtenShares = inputs.map((input) => input.defaultValue);
  const estimates = (name) => bodies.map((body) => {
    const [value, error] = body.dataset[name].split(" ").map(Number);
    return { value, error };
  });
  const risks = estimates("risk");
  const capabilities = estimates("capability");
  const helps = bodies.map((body) => Number(body.dataset.help));
  const model = JSON.parse(table.dataset.model);
  const tierOf = (risk) => model.tiers.find(([lowest]) => risk >= lowest).slice(1);
  const undo = element("button", { type: "button", className: "quiet", hidden: true }, say("undo"));
  const status = element("span", { role: "status" });
  const tools = table.previousElementSibling;
  document.getElementById("time")?.remove();
  tools.append(undo, status);

  // The mean known rating, if enough of the time is rated.
  function showRated(shares) {
    const known = document.getElementById("known");
    if (!known) return;
    let time = 0, sum = 0;
    bodies.forEach((body, row) => {
      if (!("rated" in body.dataset)) return;
      time += shares[row];
      sum += shares[row] * Number(body.dataset.rated);
    });
    known.hidden = time < model.min_rated_time;
    if (known.hidden) return;
    show("rated", percent(sum / time));
    showTier("rated-tier", ...tierOf(sum / time));
  }

  function recalculate() {
    // A field that was not changed counts as published, not as rounded for display, and its share
    // has an error. A field that was changed has none.
    const isChanged = inputs.map((input, row) => input.value !== writtenShares[row]);
    const typed = inputs.map((input, row) =>
      isChanged[row] ? Math.min(100, Math.max(0, Number(input.value) || 0)) : 100 * published[row]);
    const total = typed.reduce((sum, share) => sum + share, 0);
    const changed = isChanged.includes(true);
    undo.hidden = !changed;
    if (total <= 0) {
      status.textContent = say("no_time");
      return;
    }
    const shares = typed.map((share) => share / total);
    const pooled = (found, errors) => combine(found.map(({ value, error }, row) => ({
      value, error, share: shares[row], key: keys[row],
      shareError: isChanged[row] ? 0 : shareErrors[row] * shares[row],
    })), errors);
    const risk = pooled(risks, model.risk);
    const capability = pooled(capabilities, model.capability);
    const sumOf = (value) => shares.reduce((sum, share, row) => sum + share * value(row), 0);
    const [tier, tierClass] = tierOf(risk.value);
    show("risk", percent(risk.value));
    show("risk-interval", interval(risk.ends));
    showTier("tier", tier, tierClass);
    showCapability(capability);
    show("high-risk", percent(sumOf((row) => Number(risks[row].value >= model.high_risk))));
    show("far", percent(sumOf((row) => Number("far" in bodies[row].dataset))));
    show("not-work", percent(sumOf((row) => Number("notWork" in bodies[row].dataset))));
    showRated(shares);
    showGauge(risk, tierClass);
    showParts(threeParts(risk.value, sumOf((row) => helps[row])));
    showCategories(shares, bodies);
    const message = Math.round(total) === 100 ? "your_time" : "your_scaled_time";
    const shown = { total: wholePercent(Math.round(total)), risk: percent(risk.value), interval: interval(risk.ends) };
    status.textContent = changed ? say(message, shown) : "";
  }

  inputs.forEach((input) => {
    input.disabled = false;
    input.removeAttribute("form");
    input.addEventListener("input", recalculate);
  });
  undo.addEventListener("click", () => {
    inputs.forEach((input, row) => (input.value = writtenShares[row]));
    recalculate();
    inputs[0].focus();
  });
}

// The slider switches between texts of the page: one for the occupation, and one for each task.
function makeSteps(slider) {
  const texts = JSON.parse(slider.dataset.texts);
  const names = JSON.parse(slider.dataset.names);
  const rows = document.querySelectorAll(".steps tbody tr");
  const places = [...document.querySelectorAll("[data-steps]")].map((body) =>
    [body.querySelector(".then"), JSON.parse(body.dataset.steps)]);
  slider.addEventListener("input", () => {
    const step = slider.valueAsNumber;
    slider.setAttribute("aria-valuetext", names[step]);
    show("step-text", texts[step]);
    rows.forEach((row, number) => row.classList.toggle("current", number === step));
    for (const [place, ofStep] of places) {
      const [text, name] = ofStep[step];
      place.textContent = text;
      place.className = `then ${name}`;
    }
  });
}

document.querySelectorAll("table[data-tasks]").forEach(makeShares);
document.querySelectorAll("#step").forEach(makeSteps);
