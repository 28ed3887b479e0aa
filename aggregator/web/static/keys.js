// The keyboard of review: elements say with data-key which key presses them (or, with data-focus, leads to them).
"use strict";

const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

function press(element) {
  if (element.tagName === "DETAILS") {
    element.open = !element.open;
    if (element.open) element.querySelector("input")?.focus();
  } else if (element.hasAttribute("data-focus")) element.focus();
  else element.click();
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const here = rows.indexOf(document.activeElement);
  const next = rows[Math.max(0, Math.min(rows.length - 1, here + step))];
  if (next) next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape") return document.activeElement.blur();
  if (typing(event.target)) return;
  const element = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!element && event.key !== "j" && event.key !== "k") return;
  event.preventDefault();
  if (element) press(element);
  else walk(event.key === "j" ? 1 : -1);
});
