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
  const unset = event.target.closest(".unset");
  if (unset) for (const other of document.querySelectorAll("details.unset[open]")) if (other !== unset) other.open = false;
  for (const open of document.querySelectorAll("details.chip[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// Keys, where the reader has not switched them off: one letter does, g and a letter goes. Inactive in fields.
(() => {
  const open = (id) => {
    const head = document.getElementById(id);
    if (!head) return null;
    for (let details = head.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
    head.focus();
    // What was not open yet is a link, by which it comes.
    if (head.matches("a")) head.click();
    return head;
  };
  const choose = () => document.querySelector("#chip-account + .pop input:is([type=search], [type=checkbox])")?.focus();
  const go = (start) => document.querySelector(`nav.side a[href${start === "/" ? "" : "^"}="${start}"]`)?.click();
  const act = {
    "/": () => {
      const chip = open("chip-account");
      if (chip?.matches("a")) document.addEventListener("htmx:afterSettle", choose, { once: true });
      else choose();
    },
    s: () => document.getElementById("search")?.focus(),
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
