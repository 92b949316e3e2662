// The studio by keys: from the prompt to the clips and back, and from clip to clip.
"use strict";

{
  const group = "Studio";
  const prompt = () => document.getElementById("prompt");
  const cards = () => [...document.querySelectorAll("#cards .card2")];
  const here = () => document.activeElement?.closest?.("#cards .card2") ?? null;
  const go = (card) => card?.querySelector(".ph").focus();
  const onLink = (event) => event.target.matches?.("#cards .ph");
  const free = (event) => onLink(event) || event.target.matches?.("body, #content");
  const step = (event) => go(neighbour(cards(), here(), event.key));

  Keys.add({ keys: ["ArrowRight", "ArrowLeft"], says: "Next and previous clip", group, when: free, run: step });
  Keys.add({ keys: ["ArrowDown", "ArrowUp"], says: "Clip below and above", group, when: onLink, run: step });
  if (prompt()) {
    Keys.add({ keys: "/", says: "Write the prompt", group, run: () => prompt().focus() });
    Keys.add({
      keys: "Escape", says: "From the form to the newest clip", group, typing: true,
      when: (event) => event.target.closest("#compose") && cards().length > 0,
      run: () => go(cards()[0]),
    });
  }
}
