// The compose form: asks for prices, keeps a draft that survives a reload, Mod+Enter.
// Files come in by inputs.js; what is picked in a dialog comes as studio:put and studio:set.
const form = document.getElementById("compose");
const asker = document.getElementById("asker");
const promptBox = document.getElementById("prompt");
const draftKey = `draft:${form.dataset.draft}`;
const notKept = new Set([
  "csrfmiddlewaretoken", "form_token", "account", "best", "seen", "able", "drawn", "show", "remix_of",
]);
const onMac = /Mac|iPhone|iPad/.test(navigator.platform);

function refresh() {
  const count = document.getElementById("prompt-count");
  const most = Number(count.dataset.max);
  // As the server counts: characters, without the blanks around them.
  const length = [...promptBox.value.trim()].length;
  count.textContent = `${length} / ${most}`;
  count.classList.toggle("over", length > most);
  const facts = document.getElementById("prompt-facts").dataset;
  promptBox.placeholder = facts.placeholder;
  promptBox.dataset.counted = facts.counted;
  const cannot = document.querySelector("#total[data-cannot]") !== null;
  document.getElementById("generate").disabled = cannot || "sending" in form.dataset;
  for (const key of form.querySelectorAll("[data-modkey]")) key.textContent = onMac ? "⌘↵" : "Ctrl ↵";
}

function ask(values) {
  return window.htmx.ajax("POST", asker.getAttribute("hx-post"), {
    source: asker, target: "#quote", swap: "outerHTML", values,
  }).catch(() => {
    // Taken back by what was typed meanwhile, or away: the page says so itself.
  });
}

function typed() {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return Object.fromEntries(pairs.filter(([name]) => !notKept.has(name)));
}

function keep() {
  try {
    localStorage.setItem(draftKey, JSON.stringify(typed()));
  } catch {
    // A full or forbidden store: the draft is a comfort, not a need.
  }
}

function draft() {
  try {
    return JSON.parse(localStorage.getItem(draftKey) ?? "null");
  } catch {
    localStorage.removeItem(draftKey);
    return null;
  }
}

// What the address asks to begin with stands before the draft, and only once.
function begun() {
  if (!("use" in form.dataset || "begin" in form.dataset)) return {};
  window.history.replaceState(null, "", window.location.pathname);
  if ("begin" in form.dataset) return JSON.parse(form.dataset.begin);
  const mine = ([name]) => name === "mode" || name === "operation" || name.startsWith("in_");
  return Object.fromEntries(Object.entries(typed()).filter(mine));
}

function restore() {
  const kept = draft();
  if (!kept || "remix" in form.dataset) return;
  const { picture, ...values } = kept;
  if (values.prompt) promptBox.value = values.prompt;
  const takes = form.querySelector(`[name="takes"][value="${CSS.escape(values.takes ?? "")}"]`);
  if (takes) takes.checked = true;
  // Begun anew, the model that was chosen comes before one that only took its place.
  const model = ("use" in form.dataset && values.kept_model) || values.model;
  const first = begun();
  if ("prompt" in first) promptBox.value = first.prompt;
  ask({ ...values, ...(model && { model }), prompt: promptBox.value, ...first, drawn: "" });
}

// What is said of a press is said of what stood there then.
function forget(event) {
  const trouble = document.getElementById("trouble");
  if (!trouble.contains(event?.target ?? null)) trouble.replaceChildren();
}

function changed() {
  forget();
  keep();
  window.htmx.trigger(asker, "ask");
}

// Fields that a dialog set: the ones that are there, else hidden ones beside what is kept unseen.
function set(name, value) {
  const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  if (!fields.length) {
    const one = Object.assign(document.createElement("input"), { type: "hidden", name });
    document.getElementById("untold").append(one);
    fields.push(one);
  }
  for (const one of fields) {
    if (one.type === "radio" || one.type === "checkbox") one.checked = one.value === value;
    else one.value = value;
  }
}

form.addEventListener("input", (event) => {
  forget(event);
  // An answer to what stood there before must not undo what has just been chosen.
  window.htmx.trigger(asker, "htmx:abort");
  refresh();
  keep();
});
form.addEventListener("toggle", (event) => {
  if (event.target.matches("[data-more]")) set("more", event.target.open ? "open" : "");
}, true);
form.addEventListener("click", (event) => {
  const name = event.target.closest("[data-clear]")?.dataset.clear;
  if (!name) return;
  // Without this script it is a press of the form.
  event.preventDefault();
  set(name, "");
  set(`at_${name}`, "");
  changed();
  document.getElementById(`choose-${name}`)?.focus();
});
// The second press of a double one may come after the first one's answer: it asks for nothing. Of
// clicks the browser tells which is the second; of keys, the time since the first and its answer.
const TWICE_MS = 800;
let pressedAt = -Infinity;

function isSecond() {
  const passed = performance.now() - pressedAt;
  pressedAt = performance.now();
  return passed < TWICE_MS;
}

form.addEventListener("input", () => { pressedAt = -Infinity; });
form.addEventListener("htmx:afterRequest", (event) => {
  if (event.target === form) pressedAt = performance.now();
});
// The press counts by the form's token, which stays until an answer has come.
function notSent(why) {
  const said = Object.assign(document.createElement("p"), { className: "msg bad" });
  said.textContent = `${why} Press Generate again; it cannot double.`;
  document.getElementById("trouble").replaceChildren(said);
}

// What was asked for stands in the feed: far below on a phone, so it is told of with the way there.
const newest = () => document.querySelector("#cards .card2");
let newestBefore = null;

function tellQueued() {
  const card = newest();
  const { top, bottom } = card.getBoundingClientRect();
  if (bottom > 60 && top < window.innerHeight - 160) return;
  const show = Object.assign(document.createElement("button"), {
    type: "button", className: "linkbtn", textContent: "Show",
  });
  show.dataset.dismiss = "";
  show.addEventListener("click", () => {
    // It may have been drawn anew since.
    const now = document.getElementById(card.id);
    now?.scrollIntoView({ block: "start" });
    now?.querySelector(".ph").focus({ preventScroll: true });
  });
  window.tell("queued", "success", "Queued · ", show);
}

form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === form) newestBefore = newest()?.id;
});
form.addEventListener("htmx:afterRequest", (event) => {
  if (event.target === form && event.detail.successful && newest()?.id !== newestBefore) tellQueued();
});
form.addEventListener("htmx:sendError", (event) => {
  if (event.target === form) notSent("Not sent: the studio could not be reached.");
});
form.addEventListener("htmx:responseError", (event) => {
  if (event.target === form && event.detail.xhr.status >= 500) notSent("The studio gave no answer.");
});
document.getElementById("generate").addEventListener("click", (event) => {
  if (event.detail > 1 || (event.detail === 0 && isSecond())) event.preventDefault();
});
document.getElementById("generate").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.repeat) event.preventDefault();
});
// Enter in a field asks for nothing: only the button, or Mod+Enter, spends.
form.addEventListener("keydown", (event) => {
  const field = event.target.closest("input:not([type=submit])");
  if (event.key === "Enter" && field && !event.ctrlKey && !event.metaKey) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.repeat || document.querySelector("dialog[open]")) return;
  if (event.key !== "Enter" || !(onMac ? event.metaKey : event.ctrlKey) || event.isComposing) return;
  if (document.getElementById("generate").disabled) return;
  event.preventDefault();
  if (!isSecond()) form.requestSubmit(document.getElementById("generate"));
});
document.addEventListener("htmx:afterSettle", () => {
  refresh();
  keep();
});
document.addEventListener("studio:set", (event) => {
  const { at, ...values } = event.detail.values;
  for (const [name, value] of Object.entries(values)) {
    set(name, String(value ?? ""));
    if (at !== undefined && form.querySelector(`[name="at_${CSS.escape(name)}"]`)) set(`at_${name}`, at);
  }
  if (at !== undefined) set("at", at);
  changed();
});
document.addEventListener("studio:changed", changed);
document.addEventListener("studio:sending", refresh);
// Scripts are deferred: htmx is there, but it reads the page only when the document is ready.
document.addEventListener("DOMContentLoaded", restore);
refresh();
