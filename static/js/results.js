// The gallery: keys, choosing, and what happens around changes. Previews are in cards.js.
"use strict";

const grid = document.getElementById("grid");
const bulk = document.getElementById("bulk");
const bulkCompare = document.getElementById("bulk-compare");

const shownCards = () => [...document.querySelectorAll("[data-card]")];
const boxes = () => [...document.querySelectorAll("[data-pick]")];
const pickedBoxes = () => boxes().filter((box) => box.checked);
const cardHere = () => document.activeElement?.closest?.("[data-card]") ?? null;
const linkOf = (one) => one?.querySelector(".ph");

function tell(text) {
  const line = document.getElementById("said");
  if (line) line.textContent = text;
}

// Choosing
let lastBox = null;

function counted() {
  const some = pickedBoxes();
  const line = document.getElementById("picked");
  if (line) line.textContent = some.length ? `${some.length} chosen` : "";
  if (bulkCompare) {
    bulkCompare.hidden = some.length < 2 || some.length > 4;
    const address = new URL(bulkCompare.href);
    address.search = new URLSearchParams(some.map((box) => ["g", box.value]));
    bulkCompare.href = address.href;
  }
}

function chooseNone() {
  for (const box of pickedBoxes()) box.checked = false;
  counted();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-pick]");
  if (!box) return;
  if (event.shiftKey && lastBox?.isConnected) {
    const all = boxes();
    const [from, to] = [all.indexOf(lastBox), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) one.checked = box.checked;
  }
  lastBox = box;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick]")) counted();
});
bulk?.addEventListener("reset", () => setTimeout(counted));
bulk?.addEventListener("submit", (event) => {
  const most = Number(document.getElementById("picked")?.dataset.most);
  if (!event.submitter?.matches("[data-zip]") || pickedBoxes().length <= most) return;
  event.preventDefault();
  tell("");
  document.getElementById("picked").textContent = `One archive holds ${most} results at most: choose fewer`;
});
document.addEventListener("keydown", (event) => {
  // Enter on a box would press the bar's first button.
  if (event.key === "Enter" && event.target.matches?.("[data-pick]")) event.preventDefault();
  // In a list of choices Enter does nothing by itself; in every other field it shows the results.
  if (event.key === "Enter" && event.target.matches?.("#filters select")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  // A link does nothing with Space, but the page would scroll.
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if (event.key === " " && plain && event.target.matches?.("[data-card] .ph")) {
    event.preventDefault();
    playHere();
  }
});

// What says nothing does not stand in the address, which is sent on and kept.
document.getElementById("filters")?.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});

// What is chosen stays chosen when its card is drawn anew, and the focus finds a place.
let kept = new Set();
let next = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "news" && document.hidden) event.preventDefault();
  if (!bulk?.contains(event.target)) return;
  kept = new Set(pickedBoxes().map((box) => box.value));
  const all = shownCards();
  const at = all.indexOf(cardHere() ?? pickedBoxes().at(-1)?.closest("[data-card]"));
  const stays = (one) => !kept.has(one.querySelector("[data-pick]").value);
  next = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0)).reverse()].find(stays) ?? null;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!bulk?.contains(event.target)) return;
  for (const box of boxes()) if (kept.has(box.value)) box.checked = true;
  counted();
  if (event.target.value === "delete" && event.detail.successful) linkOf(next)?.focus();
  if (event.target.value === "tag" && event.detail.successful) document.getElementById("bulk-tag").value = "";
});

// The last deletion can be undone until the next one, whatever is said in between.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.id !== "toasts" || fragment.querySelector("[data-undo]")) return;
  const kept = target.querySelector("[data-toast]:has([data-undo])");
  if (kept) fragment.querySelector("#toasts")?.append(kept);
});

// Moving
function step(key) {
  linkOf(neighbour(shownCards(), cardHere(), key))?.focus();
}

// Without a card of its own in focus, a key means all that are chosen.
function press(selector, button) {
  const here = cardHere();
  if (here && !pickedBoxes().length) here.querySelector(selector)?.click();
  else if (pickedBoxes().length) bulk?.querySelector(button)?.click();
}

function rate(number) {
  cardHere()?.querySelector(`[data-mark-rate="${number}"]`)?.click();
}

function playHere() {
  const place = linkOf(cardHere());
  if (!place) return;
  if (playing && place.contains(playing)) stop();
  else play(place, true);
}

function remove() {
  if (!pickedBoxes().length) {
    const box = cardHere()?.querySelector("[data-pick]");
    if (!box) return;
    box.checked = true;
    counted();
  }
  document.getElementById("bulk-delete")?.click();
}

const group = "Results";
const registry = typeof Keys === "undefined" ? null : Keys;
const onCard = () => Boolean(cardHere());
// A click beside the cards leaves the focus on the page itself.
const free = () => document.activeElement?.matches("body, #content") || onCard();
const undo = () => document.querySelector("[data-undo]");
const some = () => pickedBoxes().length > 0;
const noMenu = () => !document.querySelector("details[data-menu][open]");
const keys = grid && registry ? [
  { keys: ["ArrowRight", "ArrowLeft"], says: "Next and previous result", when: free, run: (event) => step(event.key) },
  { keys: ["ArrowDown", "ArrowUp"], says: "Result below and above", when: onCard, run: (event) => step(event.key) },
  { keys: "x", says: "Choose, or choose no more", when: onCard, run: () => cardHere().querySelector("[data-pick]").click() },
  { keys: "Mod+A", says: "Choose all on the page", when: free, run: chooseAll },
  { keys: "i", says: "Open its page", when: onCard, run: () => linkOf(cardHere()).click() },
  { keys: "Escape", says: "Choose none", when: () => some() && noMenu(), run: chooseNone },
] : [];
const changing = grid && registry && bulk?.querySelector("[value=delete]") ? [
  { keys: ".", says: "Star", when: () => onCard() || some(), run: () => press("[data-mark-star]", "[value=star]") },
  { keys: ["1", "2", "3", "4", "5"], says: "Rate", when: onCard, run: (event) => rate(event.key) },
  { keys: "Mod+Z", says: "Undo the last deletion", when: undo, run: () => undo().click() },
  { keys: "Delete", says: "Delete (it can be undone)", when: () => onCard() || some(), run: remove },
] : [];
const taking = grid && registry && document.getElementById("bulk-zip") ? [
  { keys: "c", says: "Compare two to four chosen", when: () => Boolean(bulkCompare) && some(), run: compareChosen },
  { keys: "z", says: "Load the chosen as a Zip", when: some, run: () => document.getElementById("bulk-zip").click() },
] : [];

function chooseAll() {
  for (const box of boxes()) box.checked = true;
  counted();
}

function compareChosen() {
  if (!bulkCompare.hidden) bulkCompare.click();
  else document.getElementById("picked").textContent = "Choose two to four results to compare";
}

for (const row of [...keys, ...changing, ...taking]) registry.add({ group, ...row });
document.addEventListener("DOMContentLoaded", counted);
window.addEventListener("pageshow", counted);
