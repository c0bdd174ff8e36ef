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

// Keys, where the reader has not switched them off: one letter does, g and a letter goes. Inactive in fields.
(() => {
  const open = (id) => {
    const summary = document.getElementById(id);
    if (!summary) return false;
    for (let details = summary.parentElement; details; details = details.parentElement.closest("details")) details.open = true;
    summary.focus();
    return summary.parentElement;
  };
  const go = (start) => document.querySelector(`nav.side a[href${start === "/" ? "" : "^"}="${start}"]`)?.click();
  const act = {
    "/": () => {
      const chip = open("chip-account");
      if (chip) chip.querySelector("input[type=search], input[type=checkbox]")?.focus();
    },
    f: () => open("chip-period"),
    c: () => open("chip-compare"),
    e: () => document.querySelector(".export-menu")?.parentElement.querySelector("summary").click(),
    "?": () => document.getElementById("keys")?.showModal(),
  };
  const places = { o: "/", c: "/reports/credit", d: "/reports/discount", r: "/reports/revenue" };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const isGoing = Date.now() - going < 1500;
    going = event.key === "g" && !isGoing ? Date.now() : 0;
    if (isGoing && places[event.key]) go(places[event.key]);
    else if (!isGoing && act[event.key]) act[event.key]();
    else return;
    event.preventDefault();
  });
})();
