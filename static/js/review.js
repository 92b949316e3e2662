// Review: the keys, and a comment that knows the moment at which it was begun.
"use strict";

// The moment stays as it was when somebody began to write, wherever the clip runs to.
function writing() {
  return document.querySelector("#review .comment textarea")?.value.trim() !== "";
}

function moment(seconds) {
  const form = document.querySelector("#review .comment");
  const label = form?.querySelector("[data-moment]");
  if (!label || writing()) return;
  label.hidden = false;
  label.querySelector("[data-moment-time]").textContent = timecode(seconds);
  form.dataset.ms = Math.round(seconds * 1000);
  keepMoment(form);
}

function keepMoment(form) {
  const ticked = form.querySelector("[data-moment] input").checked;
  form.elements.at_ms.value = ticked ? form.dataset.ms ?? "" : "";
}

function atPlayer() {
  const video = document.getElementById("player");
  if (video) moment(video.currentTime);
}

document.addEventListener("moment", (event) => moment(event.detail.seconds));
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-moment]")) keepMoment(event.target.form);
});
// Whoever begins to write looks at one moment: the clip waits.
document.addEventListener("input", (event) => {
  if (event.target.closest("#review .comment")) document.getElementById("player")?.pause();
});
document.addEventListener("htmx:afterSettle", atPlayer);

// What was sent leaves its field: the next letter is a key again. What was refused is put right there.
document.addEventListener("htmx:afterSettle", (event) => {
  const field = document.activeElement;
  if (!event.detail.requestConfig?.elt.matches?.("#review form")) return;
  if (field.matches("#review-note, #comment-text") && !field.hasAttribute("aria-invalid")) field.blur();
});

function press(verdict) {
  document.querySelector(`#review [data-verdict="${verdict}"]`)?.click();
}

const REVIEW_KEYS = {
  a: () => press("approved"),
  x: () => document.getElementById("review-note")?.focus(),
  c: () => document.getElementById("comment-text")?.focus(),
  n: () => document.querySelector("#review [data-next]")?.click(),
  v: () => document.querySelector("[data-takes]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form?.matches("#review form")) {
    event.target.form.requestSubmit();
    return;
  }
  // Out of a field, to the keys; what was typed stays.
  if (event.key === "Escape" && event.target.matches?.("#review input, #review textarea")) {
    event.target.blur();
    return;
  }
  if (!document.getElementById("review") || event.shiftKey || !mayAct(event)) return;
  if (event.target.closest("input, button, a, summary") && event.key.length !== 1) return;
  const act = REVIEW_KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
atPlayer();

// Members choose on a page of theirs; a guest's browser remembers it here.
const singleKeys = document.querySelector("[data-keys-choice] input");
if (singleKeys) {
  const name = "pixstudio-single-keys";
  const apply = () => { document.body.dataset.singleKeys = singleKeys.checked ? "on" : "off"; };
  singleKeys.closest("[data-keys-choice]").hidden = false;
  singleKeys.checked = localStorage.getItem(name) !== "off";
  singleKeys.addEventListener("change", () => {
    apply();
    localStorage.setItem(name, document.body.dataset.singleKeys);
  });
  apply();
}
