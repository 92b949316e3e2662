// Recall: R, P, S and A bring back what a result was made of, and Alt with the arrows goes through
// the prompts of before. Of the card in focus, else of the one result whose page this is.
"use strict";

{
  const CARDS = ".card2";
  const page = () => document.querySelector(".next [data-remix]");
  const address = () => {
    const card = document.activeElement?.closest?.(CARDS);
    return (card ? card.querySelector("[data-remix]") : page())?.dataset.remix;
  };
  const some = () => Boolean(document.querySelector("[data-remix]"));
  const go = (more) => () => window.location.assign(address() + more);
  // On a result's own page A approves.
  const all = page() || document.getElementById("review") ? "Shift+A" : "a";
  const ways = [
    ["r", "Remix: all as it was asked", ""],
    ["p", "Take its prompt only", "&only=prompt"],
    ["s", "Take its seed only", "&only=seed"],
    [all, "All of it, with its seed", "&all=yes"],
  ];
  for (const [keys, says, more] of ways) {
    Keys.add({ keys, says, group: "Take from a result", shown: some, when: () => Boolean(address()), run: go(more) });
  }

  // The prompts of before are asked for once; what one was writing waits behind them.
  const box = document.getElementById("prompt");
  let texts = null, at = -1, asking = false;

  async function read() {
    try {
      const answer = await fetch(box.dataset.before, { headers: { Accept: "application/json" }, redirect: "error" });
      texts = answer.ok ? (await answer.json()).prompts : null;
    } catch { /* away, or signed out: the page says so elsewhere */ }
  }

  async function step(by) {
    if (asking) return;
    if (at < 0) {
      asking = true;
      await read();
      asking = false;
      if (!texts) return;
      texts = [box.value, ...texts.filter((one) => one !== box.value)];
      at = 0;
    }
    const next = Math.min(texts.length - 1, Math.max(0, at + by));
    if (next === at) return;
    at = next;
    box.value = texts[at];
    box.setSelectionRange(box.value.length, box.value.length);
    box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
  }

  if (box?.dataset.before) {
    const when = (event) => event.target === box;
    Keys.add({ keys: "Alt+ArrowUp", typing: true, when, run: () => { step(1); } });
    Keys.add({ keys: "Alt+ArrowDown", typing: true, when, run: () => { if (at > 0) step(-1); } });
    // Whoever changes one begins anew.
    box.addEventListener("input", (event) => { if (event.inputType !== "insertReplacementText") at = -1; });
  }
}
