// A pasted job: open one from a shared link, and copy the link to one.
// The link keeps the job after "#", which browsers do not send to a server.
"use strict";

// Fill in the form from the link, then press "Score each line as a task". The fragment is removed
// first, so that "Back" does not score the job again.
function openShared(form) {
  const shared = new URLSearchParams(location.hash.slice(1));
  if (!shared.get("text")) return;
  history.replaceState(null, "", location.pathname);
  for (const [name, value] of shared) {
    if (!/^(text|title|department|given-\d+)$/.test(name)) continue;
    const field = form.elements[name] ?? element("input", { type: "hidden", name });
    field.value = value;
    if (!field.form) form.append(field);
  }
  form.requestSubmit(document.getElementById("each"));
}

function makeCopy(button) {
  if (!navigator.clipboard) return; // only on secure pages
  const status = document.getElementById("copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById("share").href);
      status.textContent = say("copied");
    } catch {
      status.textContent = say("not_copied");
    }
  });
}

const jobForm = document.querySelector("form#job");
if (jobForm && document.getElementById("each")) openShared(jobForm);
document.querySelectorAll("#copy").forEach(makeCopy);
