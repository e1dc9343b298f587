// Charts of dots: name the occupation under the pointer or the keyboard, and open its page.
// The names come from a file that the chart names, one for each dot, in their order.
"use strict";

const NEAREST = 14; // in units of the chart, from the edge of a dot

// One load for each file, also if two charts or a filter use it.
const loaded = new Map();
function loadPoints(address) {
  if (!loaded.has(address)) loaded.set(address, fetch(address).then((answer) => answer.json()));
  return loaded.get(address);
}
const pageOf = (code) => pagesRoot + (live ? `occupations/${code}` : `occupations/${code}/index.html`);

function makeScatter(figure) {
  const svg = figure.querySelector("svg");
  const line = figure.querySelector(".dot");
  const dots = [...svg.querySelectorAll("circle")];
  const numbers = (dot) => ["cx", "cy", "r"].map((name) => Number(dot.getAttribute(name)));
  const [xs, ys, radii] = [0, 1, 2].map((part) => dots.map((dot) => numbers(dot)[part]));
  const isIn = (dot) => !dot.classList.contains("out");
  let marked = null;

  async function mark(dot) {
    marked?.classList.remove("marked");
    marked = dot;
    dot.classList.add("marked");
    const { occupations } = await loadPoints(figure.dataset.points);
    const [code, title, facts] = occupations[dots.indexOf(dot)];
    dot.setAttribute("aria-label", `${title}: ${facts}`);
    if (dot === marked) line.replaceChildren(element("a", { href: pageOf(code), lang: "en" }, title), `: ${facts}`);
  }

  function nearest(event) {
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const x = scale * (event.clientX - box.left), y = scale * (event.clientY - box.top);
    let found = null, least = NEAREST;
    dots.forEach((dot, number) => {
      const distance = Math.hypot(xs[number] - x, ys[number] - y) - radii[number];
      // Of two dots under the pointer, the later one is on top.
      if (isIn(dot) && (distance < least || (distance <= 0 && least <= 0))) [found, least] = [dot, Math.max(distance, 0)];
    });
    return found;
  }

  svg.addEventListener("pointermove", (event) => {
    const dot = nearest(event);
    if (dot && dot !== marked) mark(dot);
    svg.classList.toggle("on", Boolean(dot));
  });
  // A finger first names a dot; the link in the line above opens its page.
  svg.addEventListener("click", async (event) => {
    const dot = nearest(event);
    if (!dot) return;
    await mark(dot);
    if (event.pointerType !== "touch") line.querySelector("a")?.click();
  });

  // By keyboard, the chart is one stop of the Tab key, and the arrow keys move between its dots.
  const STEPS = { ArrowRight: [xs, 1], ArrowLeft: [xs, -1], ArrowUp: [ys, -1], ArrowDown: [ys, 1] };
  const sorted = (values) =>
    dots.map((_, number) => number).filter((number) => isIn(dots[number])).sort((a, b) => values[a] - values[b] || a - b);

  function target(key) {
    if (key === "Home") return sorted(xs)[0];
    if (key === "End") return sorted(xs).at(-1);
    const [values, step] = STEPS[key];
    const order = sorted(values);
    const place = order.indexOf(dots.indexOf(document.activeElement));
    if (place < 0) return sorted(xs)[0];
    return order[Math.min(order.length - 1, Math.max(0, place + step))];
  }

  svg.setAttribute("role", "application");
  svg.tabIndex = 0;
  svg.addEventListener("keydown", async (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && marked === document.activeElement) return line.querySelector("a")?.click();
    if (!(event.key in STEPS) && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    const dot = dots[target(event.key)];
    if (!dot) return;
    dot.setAttribute("role", "link");
    await mark(dot);
    dot.tabIndex = -1;
    dot.focus();
  });
  // While a dot has the focus, the chart itself is no stop, so Shift+Tab leaves the chart.
  svg.addEventListener("focusin", (event) => { if (event.target !== svg) svg.tabIndex = -1; });
  svg.addEventListener("focusout", () => { svg.tabIndex = 0; });
}

document.querySelectorAll("[data-scatter]").forEach(makeScatter);
