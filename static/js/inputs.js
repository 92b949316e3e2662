// Files of a brief: dropped, pasted or chosen; sent with progress; put, moved and taken out.
// Which slot a file goes to is the server's answer: "put" is asked until it has come.
const studio = document.getElementById("compose");
const asking = document.getElementById("asker");
const sendings = document.getElementById("sendings");
const chooser = document.getElementById("file-chooser");
const line = document.getElementById("sending-line");
let waiting = [];
let role = "";
let under = 0;

function changed() {
  document.dispatchEvent(new CustomEvent("studio:changed"));
}

function put(tokens) {
  waiting.push(...tokens);
  changed();
}

for (const one of [studio, asking]) {
  one.addEventListener("htmx:configRequest", (event) => {
    if (event.target === one && waiting.length) event.detail.parameters.put = waiting.join(" ");
  });
}
document.addEventListener("htmx:afterRequest", (event) => {
  const told = event.detail.successful && event.detail.requestConfig.parameters?.put;
  if (told) waiting = waiting.filter((one) => !told.split(" ").includes(one));
});

// One line for each file under way; a refusal stays until it is dismissed or something else comes.
function busy(by) {
  under += by;
  if (under) studio.dataset.sending = "yes";
  else delete studio.dataset.sending;
  document.dispatchEvent(new CustomEvent("studio:sending"));
}

function say(row, text) {
  row.classList.add("wrong");
  row.querySelector("progress").hidden = true;
  row.querySelector("[data-said]").textContent = text;
  row.setAttribute("role", "alert");
}

function read(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

function hostOf(address) {
  try {
    return new URL(address).host;
  } catch {
    return "The address";
  }
}

// A file, or the address of one, which the studio fetches. Resolves to the token of what was
// taken, or to nothing.
function send(file) {
  const row = line.content.firstElementChild.cloneNode(true);
  const request = new XMLHttpRequest();
  const body = new FormData();
  const address = typeof file === "string";
  body.append(address ? "address" : "file", file);
  row.querySelector("[data-name]").textContent = address ? hostOf(file) : file.name || "Pasted file";
  if (address) {
    row.querySelector("[data-said]").textContent = "is asked for the file…";
    row.querySelector("progress").removeAttribute("value");
  }
  row.querySelector("button").addEventListener("click", () => {
    request.abort();
    row.remove();
  });
  sendings.append(row);
  request.open("POST", studio.dataset.upload);
  request.setRequestHeader("X-CSRFToken", studio.querySelector("[name=csrfmiddlewaretoken]").value);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable && !address) row.querySelector("progress").value = (100 * event.loaded) / event.total;
  });
  return new Promise((done) => {
    request.addEventListener("loadend", () => {
      const said = read(request);
      if (request.status === 201 && said) row.remove();
      else if (row.isConnected) say(row, said?.error ?? "It did not arrive. Check the connection and try again.");
      done(request.status === 201 && said ? `upload:${said.uuid}` : "");
    });
    request.send(body);
  });
}

// As the server refuses it, before it is sent all the way for nothing.
function tooLarge(file) {
  if (typeof file === "string") return false;
  const picture = file.type.startsWith("image/");
  const most = Number(picture ? studio.dataset.mostPicture : studio.dataset.mostFilm);
  if (file.size <= most) return false;
  const row = line.content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = file.name || "Pasted file";
  row.querySelector("button").addEventListener("click", () => row.remove());
  sendings.append(row);
  const how = picture ? "Make it smaller, or save it as JPEG." : "Cut it shorter, or export it smaller.";
  say(row, `has ${(file.size / 1e6).toFixed(1)} MB; at most ${most / 1e6} MB are taken. ${how}`);
  return true;
}

async function taken(files) {
  for (const row of sendings.querySelectorAll(".wrong")) row.remove();
  busy(1);
  const small = [...files].filter((one) => !tooLarge(one));
  const tokens = (await Promise.all(small.map(send))).filter(Boolean);
  busy(-1);
  return tokens;
}

async function take(files, into) {
  const tokens = await taken(files);
  if (tokens.length) put(tokens.map((one) => (into ? `${one}/${into}` : one)));
}

// What stands in the address field stays there until it has come, so that it can be put right.
async function bring(field) {
  const address = field.value.trim();
  if (!address || field.readOnly) {
    field.focus();
    return;
  }
  const into = field.closest("[data-zone]").dataset.role;
  field.readOnly = true;
  const tokens = await taken([address]);
  field.readOnly = false;
  // The slot may have been drawn anew meanwhile.
  const now = document.getElementById(field.id);
  if (tokens.length) {
    role = into;
    if (now) now.value = "";
    put(tokens.map((one) => `${one}/${into}`));
  } else now?.focus();
}

function browse(button) {
  const zone = button.closest("[data-zone]");
  role = zone?.dataset.role ?? "";
  const kind = zone?.dataset.kind ?? "";
  chooser.accept = kind === "image" ? zone.dataset.accept : kind ? `${kind}/*` : "image/*,video/*,audio/*";
  chooser.multiple = !zone || Number(zone.dataset.max) > 1;
  chooser.click();
}

// A frame changes places with its neighbour; a file that is taken out leaves its place to the next.
function move(button) {
  const [name, number, way] = button.value.split("/");
  const here = studio.querySelector(`[name="in_${name}_${number}"]`);
  const there = studio.querySelector(`[name="in_${name}_${Number(number) + (way === "left" ? -1 : 1)}"]`);
  if (here && there) [here.value, there.value] = [there.value, here.value];
}

function drop(button) {
  const zone = button.closest("[data-zone]");
  role = zone.dataset.role;
  button.closest("[data-thing]").remove();
  zone.querySelector("button:not(:disabled)")?.focus();
}

studio.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-address]")) return;
  event.preventDefault();
  bring(event.target);
});
// An address asks for no prices while it is typed: it says nothing of the brief yet.
studio.addEventListener("input", (event) => event.target.matches("[data-address]") && event.stopPropagation(), true);
document.addEventListener("click", (event) => {
  const fetching = event.target.closest?.("[data-fetch]");
  if (fetching && studio.contains(fetching)) {
    event.preventDefault();
    bring(fetching.parentElement.querySelector("[data-address]"));
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-browse], [name=remove], [name=move]");
  if (!button || !studio.contains(button)) return;
  if ("browse" in button.dataset) {
    browse(button);
    return;
  }
  event.preventDefault();
  if (button.name === "move") move(button);
  else drop(button);
  changed();
});
chooser.addEventListener("change", () => {
  if (chooser.files.length) take([...chooser.files], role);
  chooser.value = "";
});

function filesOf(data) {
  return [...(data?.files ?? [])].filter(Boolean);
}

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
  take(files, event.target.closest?.("[data-zone]")?.dataset.role ?? "");
});
document.addEventListener("paste", (event) => {
  const files = filesOf(event.clipboardData);
  if (!files.length) return;
  event.preventDefault();
  take(files, event.target.closest?.("[data-zone]")?.dataset.role ?? "");
});
document.addEventListener("studio:put", (event) => {
  const { value, role: into, n } = event.detail;
  put([[value, into, into && n].filter(Boolean).join("/")]);
});

// The slot that was filled or emptied is drawn anew: whoever uses the keyboard stays there.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement !== document.body || !role) return;
  const button = document.querySelector(`[data-zone][data-role="${role}"] button:not(:disabled)`);
  button?.focus();
  if (button) role = "";
});
