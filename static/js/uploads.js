// The uploads page: files dropped, pasted or chosen, each with its progress; and several chosen
// at once. Without scripts the same forms post and the page comes again.
const form = document.getElementById("drop");
const sendings = document.getElementById("sendings");
const line = document.getElementById("sending-line");
const AT_ONCE = 3;
const queue = [];
let under = 0;
let arrived = false;

function csrf() {
  return form.querySelector("[name=csrfmiddlewaretoken]").value;
}

function read(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

function part(row, name) {
  return row.querySelector(`[data-${name}]`);
}

function say(row, text, tone = "") {
  row.classList.toggle("wrong", tone === "wrong");
  part(row, "said").textContent = text;
  row.querySelector("progress").hidden = true;
  part(row, "stop-word").textContent = `Dismiss ${part(row, "name").textContent}`;
  if (tone === "wrong") row.setAttribute("role", "alert");
}

function enter(row, said) {
  const open = part(row, "open");
  say(row, said.was_here ? `is already here, as ${said.name}` : "is in");
  Object.assign(open, { href: said.url, hidden: false });
  if (said.was_here) return;
  arrived = true;
  const away = part(row, "away");
  away.hidden = false;
  away.addEventListener("click", () => takeAway(row, said));
}

// What was just put in by mistake goes again; the page then offers to undo that.
async function takeAway(row, said) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: csrf() });
  try {
    const answer = await fetch(said.remove, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error("refused");
    row.remove();
    refresh();
  } catch {
    say(row, "could not be removed. Open it to see why.", "wrong");
  }
}

function send({ file, row, project, folder }) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("project", project);
  body.append("folder", folder);
  body.append("file", file, file.name || "pasted");
  row.stopIt = () => request.abort();
  part(row, "said").textContent = "on its way";
  request.open("POST", form.action);
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) row.querySelector("progress").value = (100 * event.loaded) / event.total;
  });
  // All is sent: now it is looked at.
  request.upload.addEventListener("load", () => {
    part(row, "said").textContent = "is being checked";
  });
  request.addEventListener("loadend", () => {
    const said = read(request);
    row.stopIt = null;
    if (request.status === 201 && said) enter(row, said);
    else if (row.isConnected) say(row, said?.error ?? "did not arrive. Check the connection and try again.", "wrong");
    under -= 1;
    next();
  });
  request.send(body);
}

function next() {
  while (under < AT_ONCE && queue.length) {
    const one = queue.shift();
    if (!one.row.isConnected) continue;
    under += 1;
    send(one);
  }
  if (!under && !queue.length && arrived) refresh();
}

// The list as it is looked at, with what is new in it.
function refresh() {
  arrived = false;
  window.htmx.ajax("GET", window.location.href, { source: "#files", target: "#files", select: "#files", swap: "outerHTML" });
}

function take(files) {
  for (const row of sendings.querySelectorAll(".wrong")) row.remove();
  for (const file of files) {
    const row = line.content.firstElementChild.cloneNode(true);
    part(row, "name").textContent = file.name || "Pasted file";
    part(row, "stop-word").textContent = `Stop ${file.name || "the pasted file"}`;
    part(row, "stop").addEventListener("click", () => {
      row.stopIt?.();
      row.remove();
    });
    sendings.append(row);
    queue.push({ file, row, project: form.elements.project.value, folder: form.elements.folder.value });
  }
  next();
}

function filesOf(data) {
  return [...(data?.files ?? [])].filter(Boolean);
}

if (form) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.file.addEventListener("change", (event) => {
    take([...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    const files = filesOf(event.dataTransfer);
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
  document.addEventListener("paste", (event) => {
    const files = filesOf(event.clipboardData);
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
}

// Filters apply themselves; what says nothing does not stand in the address.
for (const filters of document.querySelectorAll("[data-filters]")) {
  filters.addEventListener("change", (event) => event.target.matches("select") && filters.requestSubmit());
  filters.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
}

// Chosen files: how many, from one to another with Shift, all with Mod+A, none with Escape.
let last = null;

function boxes() {
  return [...document.querySelectorAll("[data-chosen] .tickbox input")];
}

function count() {
  const place = document.querySelector("[data-chosen-count]");
  const number = boxes().filter((one) => one.checked).length;
  if (place) place.textContent = number === 1 ? "1 file" : `${number} files`;
}

function all(checked) {
  for (const one of boxes()) one.checked = checked;
  count();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".tickbox input");
  if (!box) return;
  const every = boxes();
  const [from, to] = [every.indexOf(last), every.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const one of every.slice(from, to + 1)) one.checked = box.checked;
  last = box;
  count();
});
document.addEventListener("reset", () => setTimeout(count));
const undo = () => document.querySelector("#files > .undo button");
window.Keys?.add({
  keys: "Mod+Z", says: "Undo the last deletion", group: "Uploads", when: undo, run: () => undo().click(),
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || !boxes().length) return;
  if (event.key === "Escape") all(false);
  if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey) && boxes().some((one) => one.checked || one === event.target)) {
    event.preventDefault();
    all(true);
  }
});
