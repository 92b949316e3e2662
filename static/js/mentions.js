// Names that the prompt may speak of: "@" shows them while one types, and each stands as a button
// under the prompt. They are read from the form: the names given to references, and counted files.
const WORD = /@([\p{L}\p{N}_]*)$/u;
const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
const COUNTED = { img: "image", selection: "selection" };
const composing = document.getElementById("compose");

const list = document.createElement("ul");
list.id = "mentions";
list.className = "mentions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Names for the prompt");
list.hidden = true;
const said = document.createElement("p");
said.className = "hush";
said.setAttribute("role", "status");
const row = document.createElement("div");
row.id = "mention-chips";
row.className = "mention-chips";
row.setAttribute("role", "group");
row.setAttribute("aria-label", "Speak of it in the prompt");
document.getElementById("content").append(list, said);

let shown = [];
let chosen = 0;
// Where the list was sent away: it stays away until something else stands there.
let sentAway = "";

function box() {
  return document.getElementById("prompt");
}

function known() {
  const found = new Map();
  for (const field of composing.querySelectorAll("input[name^='in_'][name$='_name']:not([type=hidden])")) {
    const name = field.value.trim();
    const role = field.name.replace(/^in_/, "").replace(/_\d+_name$/, "").replaceAll("_", " ");
    if (/^[\p{L}\p{N}_]+$/u.test(name) && !found.has(name)) found.set(name, role);
  }
  let counted = {};
  try {
    counted = JSON.parse(box().dataset.counted || "{}");
  } catch {
    // A form that counts nothing readable has nothing to count.
  }
  for (const [word, many] of Object.entries(counted)) {
    for (let at = 0; at < Math.min(Number(many) || 0, ORDINALS.length); at += 1) {
      found.set(`${word}${at}`, `${ORDINALS[at]} ${COUNTED[word] ?? word}`);
    }
  }
  return [...found].map(([name, what]) => ({ name, what }));
}

function typed() {
  const { value, selectionStart: start, selectionEnd: end } = box();
  if (start !== end || document.activeElement !== box()) return null;
  const match = WORD.exec(value.slice(0, start));
  if (!match) return null;
  // A letter before the @ makes it an address, not a name.
  const before = value.slice(0, match.index);
  if (/[\p{L}\p{N}_]$/u.test(before)) return null;
  const rest = /^[\p{L}\p{N}_]*/u.exec(value.slice(start))[0];
  return { begin: match.index, end: start + rest.length, part: match[1].toLowerCase() };
}

function option({ name, what }, at) {
  const one = document.createElement("li");
  one.id = `mention-${at}`;
  one.setAttribute("role", "option");
  one.setAttribute("aria-selected", String(at === chosen));
  one.dataset.at = at;
  const word = document.createElement("b");
  word.textContent = `@${name}`;
  const note = document.createElement("span");
  note.textContent = what;
  one.append(word, " ", note);
  return one;
}

function draw() {
  list.replaceChildren(...shown.map(option));
  list.hidden = false;
  box().setAttribute("aria-controls", list.id);
  box().setAttribute("aria-activedescendant", `mention-${chosen}`);
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
  place();
}

function shut() {
  if (list.hidden) return;
  list.hidden = true;
  said.textContent = "";
  box()?.removeAttribute("aria-activedescendant");
  box()?.removeAttribute("aria-controls");
}

function here() {
  return `${box().selectionStart} ${box().value}`;
}

function look() {
  const at = sentAway === here() ? null : typed();
  const found = at ? known().filter((one) => one.name.toLowerCase().startsWith(at.part)) : [];
  const done = found.length === 1 && at && found[0].name.length === at.end - at.begin - 1;
  if (!found.length || done) {
    shut();
    return;
  }
  const same = !list.hidden && found.length === shown.length;
  shown = found;
  chosen = same ? chosen : 0;
  draw();
  if (!same) said.textContent = `${found.length === 1 ? "1 name" : `${found.length} names`}. Arrow keys choose, Enter takes it.`;
}

// Where the caret is: a copy of the text in a box of the same shape, with a mark at its end.
const SHAPE = ["fontFamily", "fontSize", "fontWeight", "lineHeight", "letterSpacing", "padding", "border", "fontFeatureSettings"];
function place() {
  const field = box();
  const mirror = document.createElement("div");
  const style = getComputedStyle(field);
  for (const name of SHAPE) mirror.style[name] = style[name];
  Object.assign(mirror.style, {
    position: "fixed", top: "0", left: "0", visibility: "hidden", whiteSpace: "pre-wrap",
    overflowWrap: "break-word", boxSizing: "border-box", width: `${field.clientWidth}px`,
  });
  mirror.textContent = field.value.slice(0, typed()?.begin ?? field.selectionStart);
  const mark = document.createElement("span");
  mark.textContent = "@";
  mirror.append(mark);
  document.body.append(mirror);
  const { offsetLeft: left, offsetTop: top, offsetHeight: high } = mark;
  mirror.remove();
  const at = field.getBoundingClientRect();
  const below = Math.min(at.top + top + high - field.scrollTop, at.bottom) + 4;
  const width = list.offsetWidth;
  list.style.left = `${Math.max(8, Math.min(at.left + left, window.innerWidth - width - 8))}px`;
  const fits = below + list.offsetHeight < window.innerHeight - 8;
  list.style.top = `${fits ? below : Math.max(8, at.top + top - field.scrollTop - list.offsetHeight - 4)}px`;
}

function put(name, begin, end) {
  const field = box();
  const { value } = field;
  const gap = /^\s/.test(value.slice(end)) ? "" : " ";
  field.focus();
  field.setRangeText(`@${name}${gap}`, begin, end, "end");
  if (!gap) field.selectionStart = field.selectionEnd = begin + name.length + 2;
  shut();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function take(at) {
  const where = typed();
  if (where && shown[at]) put(shown[at].name, where.begin, where.end);
}

function turn(by) {
  chosen = (chosen + by + shown.length) % shown.length;
  draw();
}

const KEYS = {
  ArrowDown: () => turn(1),
  ArrowUp: () => turn(-1),
  Enter: () => take(chosen),
  Tab: () => take(chosen),
  Escape: () => {
    sentAway = here();
    shut();
  },
};

// Before others: Enter in an open list takes a name and sends nothing.
document.addEventListener("keydown", (event) => {
  if (list.hidden || event.target !== box() || event.isComposing) return;
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}, true);
document.addEventListener("selectionchange", () => {
  if (document.activeElement === box()) look();
});
document.addEventListener("focusout", (event) => event.target === box() && shut());
list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const one = event.target.closest("[data-at]");
  if (one) take(Number(one.dataset.at));
});
window.addEventListener("resize", shut);
// Typing may scroll the box or what stands around it: the list stays with the word.
document.addEventListener("scroll", (event) => !list.hidden && event.target.contains?.(box()) && place(), true);

// The same names as buttons: each puts itself where the caret was.

function chips() {
  const field = box();
  if (!field) return;
  field.setAttribute("aria-autocomplete", "list");
  if (!row.isConnected) field.after(row);
  const names = known();
  const words = field.value;
  row.hidden = !names.length;
  const drawn = names.map(({ name, what }) => `${name}:${what}`).join();
  if (row.dataset.drawn !== drawn) {
    row.dataset.drawn = drawn;
    row.replaceChildren(...names.map(chip));
  }
  for (const one of row.children) {
    const spoken = new RegExp(`@${one.dataset.name}(?![\\p{L}\\p{N}_])`, "u").test(words);
    one.classList.toggle("spoken", spoken);
  }
}

function chip({ name, what }) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "chip";
  one.dataset.name = name;
  one.textContent = `@${name}`;
  one.title = `Put @${name} (${what}) into the prompt`;
  return one;
}

row.addEventListener("mousedown", (event) => event.preventDefault());
row.addEventListener("click", (event) => {
  const name = event.target.closest("[data-name]")?.dataset.name;
  if (!name) return;
  const field = box();
  const at = field.selectionEnd;
  const gap = at && !/\s$/.test(field.value.slice(0, at)) ? " " : "";
  if (gap) field.setRangeText(gap, at, at, "end");
  put(name, at + gap.length, at + gap.length);
});
document.addEventListener("input", (event) => composing.contains(event.target) && chips());
document.addEventListener("studio:changed", chips);
document.addEventListener("htmx:afterSettle", chips);
chips();
