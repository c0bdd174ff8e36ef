// What JavaScript adds: every page works without it.
"use strict";

// One open chip or menu at a time; Escape closes it and gives the focus back.
document.addEventListener("toggle", (event) => {
  const opened = event.target;
  if (!(opened instanceof HTMLDetailsElement) || !opened.open || !opened.matches(".chip, [data-menu]")) return;
  for (const other of document.querySelectorAll("details.chip[open], details[data-menu][open]")) {
    if (other !== opened && !other.contains(opened)) other.open = false;
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.chip[open], details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.chip[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
