"use strict";
// Runs before anything is drawn, so that a page that was set to dark never flashes.
(() => {
  const choices = ["system", "light", "dark"];
  const stored = () => {
    try { return localStorage.getItem("troupe.theme"); } catch { return null; }
  };
  const apply = (choice) => {
    const root = document.documentElement;
    if (choice === "system") delete root.dataset.theme; else root.dataset.theme = choice;
    const button = document.getElementById("theme");
    if (button) {
      button.textContent = { system: "Auto", light: "Light", dark: "Dark" }[choice];
      button.setAttribute("aria-label", `Colours: ${button.textContent}`);
    }
    document.dispatchEvent(new Event("themechange"));
  };
  let choice = choices.includes(stored()) ? stored() : "system";
  apply(choice);
  document.addEventListener("DOMContentLoaded", () => {
    apply(choice);
    document.getElementById("theme").addEventListener("click", () => {
      choice = choices[(choices.indexOf(choice) + 1) % choices.length];
      try { localStorage.setItem("troupe.theme", choice); } catch { /* Kept for this page alone. */ }
      apply(choice);
    });
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(choice));
})();
