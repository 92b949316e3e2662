// Every page: one registry of keyboard shortcuts, and the sheet that lists those of the page.
//
// Keys.add({ keys: "r", says: "Remix", group: "Results", run(event) {} }) handles a key; rows in
// JSON on any element (data-keys='[["Mod+Enter", "Generate", "Studio"]]') only list one.
// data-key="R" on a button or a link puts the key into its tooltip.
"use strict";

const Keys = (() => {
  const MAC = /mac|iphone|ipad/i.test(navigator.platform);
  const NEXT_MS = 1500;
  const FIELDS = "textarea, select, [contenteditable=''], [contenteditable=true], [role=textbox], "
    + "[role=combobox], [role=slider], [role=spinbutton], "
    + "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=image])";
  const CONTROLS = "a[href], button, summary, input, [role=button], [role=option], video[controls]";
  const HELD = ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"];
  const rows = [];
  let begun = "", timer = 0;

  const singles = () => document.body.dataset.singleKeys !== "off";
  // Until the next frame a field keeps the focus although its dialog has closed.
  const typing = (target) => target instanceof Element && Boolean(target.closest(FIELDS))
    && !target.closest("dialog:not([open])");
  // One character, or several keys after each other: what speech input may set off by chance.
  const isSingle = (keys) => keys.includes(" ") || [...keys].length === 1 || /^Shift\+.$/u.test(keys);

  function strokeOf(event) {
    const other = event.getModifierState("AltGraph");
    let name = event.key === " " ? "Space" : event.key;
    const letter = name.length === 1 && name.toLowerCase() !== name.toUpperCase();
    if (letter) name = event.shiftKey ? name.toUpperCase() : name.toLowerCase();
    const found = [];
    if ((event.ctrlKey || event.metaKey) && !other) found.push("Mod");
    if (event.altKey && !other) found.push("Alt");
    // A character other than a letter tells of Shift by itself.
    if (event.shiftKey && (letter || name.length > 1)) found.push("Shift");
    return [...found, name].join("+");
  }

  // "R" means the key, whatever the case; "Shift+R" means the capital.
  function plain(keys) {
    return keys.split(" ").map((one) => {
      const parts = one.length === 1 ? [one] : one.split("+");
      let name = parts.pop() || "+";
      const letter = name.length === 1 && name.toLowerCase() !== name.toUpperCase();
      if (letter) name = parts.includes("Shift") ? name.toUpperCase() : name.toLowerCase();
      // "?" is "?", wherever it lies on a keyboard: with or without Shift.
      const held = name.length === 1 && !letter ? ["Mod", "Alt"] : ["Mod", "Alt", "Shift"];
      return [...held.filter((each) => parts.includes(each)), name].join("+");
    }).join(" ");
  }

  function awake(row, keys, event) {
    if (isSingle(keys) && !singles()) return false;
    if (typing(event.target) && !row.typing) return false;
    if (document.querySelector("dialog[open]") && !row.inDialog) return false;
    // Space and Enter press what has the focus; nobody takes that away.
    const presses = keys === "Space" || keys === "Enter";
    if (presses && event.target instanceof Element && event.target.closest(CONTROLS)) return false;
    return !row.when || Boolean(row.when(event));
  }

  function pressed(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if (HELD.includes(event.key)) return;
    const stroke = strokeOf(event);
    const whole = begun ? `${begun} ${stroke}` : stroke;
    clearTimeout(timer);
    begun = "";
    for (const row of [...rows].reverse()) {
      if (!row.keys.includes(whole) || !awake(row, whole, event)) continue;
      if (row.run(event) !== false) event.preventDefault();
      return;
    }
    const more = rows.some((row) => row.keys.some(
      (keys) => keys.startsWith(`${whole} `) && awake(row, keys, event)));
    if (!more) return;
    begun = whole;
    timer = setTimeout(() => { begun = ""; }, NEXT_MS);
  }

  function add(row) {
    const keys = (Array.isArray(row.keys) ? row.keys : [row.keys]).map(plain);
    const kept = { group: "This page", ...row, keys };
    rows.push(kept);
    return () => rows.splice(rows.indexOf(kept), 1);
  }

  // What the sheet lists: [keys, what it does, group], each once.
  function listed() {
    const found = rows.filter((row) => row.says && (!row.shown || row.shown()))
      .map((row) => [row.keys, row.says, row.group]);
    for (const place of document.querySelectorAll("[data-keys]")) {
      for (const [keys, says, group] of JSON.parse(place.dataset.keys)) {
        found.push([[plain(keys)], says, group || "This page"]);
      }
    }
    const seen = new Set();
    return found.filter(([keys, says]) => {
      const key = `${keys} ${says}`;
      return !seen.has(key) && seen.add(key);
    });
  }

  const WORDS = {
    Mod: MAC ? "⌘" : "Ctrl", Alt: MAC ? "⌥" : "Alt", Shift: "Shift", Escape: "Esc", Delete: "Del",
    ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓",
  };

  // "Mod+Enter" as ["Ctrl", "Enter"]; two keys after each other with "then" between them.
  function words(keys) {
    return keys.split(" ").flatMap((stroke, place) => {
      const parts = stroke.length === 1 ? [stroke] : stroke.split("+");
      const named = parts.map((one) => WORDS[one] || (one.length === 1 ? one.toUpperCase() : one));
      return place ? ["then", ...named] : named;
    });
  }

  // The words for aria-keyshortcuts, which knows no keys after each other.
  const spoken = (keys) => keys.replace("Mod", MAC ? "Meta" : "Control");

  function decorate() {
    for (const one of document.querySelectorAll("[data-key]:not([data-keyed])")) {
      one.dataset.keyed = "yes";
      const keys = plain(one.dataset.key);
      if (isSingle(keys) && !singles()) continue;
      const name = one.title || one.textContent.trim().replace(/\s+/g, " ");
      one.title = `${name} (${words(keys).join(" ")})`;
      if (!keys.includes(" ")) one.setAttribute("aria-keyshortcuts", spoken(keys));
    }
  }

  // The second key of two is nobody else's: it is taken before anybody hears of it.
  window.addEventListener("keydown", (event) => {
    if (!begun || HELD.includes(event.key)) return;
    pressed(event);
    if (event.defaultPrevented) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("keydown", pressed);
  document.addEventListener("htmx:afterSettle", decorate);
  decorate();
  return { add, singles, typing, listed, words };
})();
window.Keys = Keys;

// The sheet.
(() => {
  const sheet = document.getElementById("keys-sheet");
  if (!sheet) return;
  const list = sheet.querySelector("[data-keys-list]");
  const search = sheet.querySelector("input");
  const none = sheet.querySelector("[data-keys-none]");

  function made(tag, text, kind) {
    const one = document.createElement(tag);
    if (text) one.textContent = text;
    if (kind) one.className = kind;
    return one;
  }

  function line([alternatives, says]) {
    const row = made("div", "", "key-row");
    const keys = made("dd");
    alternatives.forEach((one, place) => {
      if (place) keys.append(made("span", "or", "dim"));
      for (const word of Keys.words(one)) {
        keys.append(word === "then" ? made("span", "then", "dim") : made("kbd", word));
      }
    });
    row.append(made("dt", says), keys);
    return row;
  }

  function fill() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const groups = new Map();
    for (const row of Keys.listed()) {
      const text = `${row[1]} ${row[2]} ${row[0].map((one) => Keys.words(one).join(" ")).join(" ")}`;
      if (!words.every((word) => text.toLowerCase().includes(word))) continue;
      groups.set(row[2], [...(groups.get(row[2]) || []), row]);
    }
    list.replaceChildren(...[...groups].flatMap(([group, rows]) => {
      const all = made("dl");
      all.append(...rows.map(line));
      const section = made("section");
      section.append(made("h3", group), all);
      return [section];
    }));
    none.hidden = groups.size > 0;
  }

  function open() {
    search.value = "";
    fill();
    sheet.querySelector("[data-singles-off]").hidden = Keys.singles();
    sheet.showModal();
    search.focus();
  }

  search.addEventListener("input", fill);
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet || event.target.closest("[data-close]")) sheet.close();
  });
  for (const button of document.querySelectorAll("[data-open-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const menu = button.closest("details");
      if (menu) menu.open = false;
      open();
    });
  }
  Keys.add({ keys: "?", says: "This sheet", group: "Everywhere", run: open });
  Keys.add({
    keys: "/", says: "Search on this page", group: "Everywhere",
    shown: () => Boolean(document.querySelector("#content input[type=search]")),
    when: () => document.querySelector("#content input[type=search]"),
    run: () => document.querySelector("#content input[type=search]").focus(),
  });
  for (const link of document.querySelectorAll("[data-go]")) {
    const says = link.dataset.goes;
    Keys.add({
      keys: `g ${link.dataset.go}`, says: `Go to ${says}`, group: "Everywhere",
      // The rail is drawn anew now and then: the link of today counts.
      run: () => document.querySelector(`[data-go="${link.dataset.go}"]`)?.click(),
    });
  }
})();
