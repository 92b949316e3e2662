// The Spend pages: filters that apply themselves, bars that answer to the arrow keys.
"use strict";

for (const form of document.querySelectorAll("[data-filters]")) {
  const dates = form.querySelector("[data-dates]");
  const button = form.querySelector("[data-go]");
  const custom = () => form.elements.period.value === "custom";
  const show = () => {
    dates.hidden = !custom();
    button.hidden = !custom();
    for (const input of dates.querySelectorAll("input")) input.disabled = !custom();
  };
  show();
  form.addEventListener("change", (event) => {
    show();
    if (event.target.name === "period" && custom()) dates.querySelector("input").focus();
    else if (event.target.type !== "date") form.requestSubmit();
  });
  // What says nothing does not stand in the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
}

// On a phone the chosen chip may stand outside of the row.
document.querySelector(".chips [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

// One stop for the Tab key; the arrow keys go from bar to bar, Escape hides what hangs over them.
for (const bars of document.querySelectorAll("[data-bars]")) {
  const links = [...bars.querySelectorAll("a")];
  const go = (place) => {
    const next = links[Math.max(0, Math.min(links.length - 1, place))];
    for (const link of links) link.tabIndex = link === next ? 0 : -1;
    return next;
  };
  go(links.length - 1);
  bars.addEventListener("keydown", (event) => {
    const place = links.indexOf(document.activeElement);
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: links.length - 1 }[event.key];
    bars.classList.toggle("quiet", event.key === "Escape");
    if (to === undefined || place < 0) return;
    event.preventDefault();
    go(to).focus();
  });
  bars.addEventListener("pointerleave", () => bars.classList.remove("quiet"));
}
