// A report's page with JavaScript: groups that close, focus that stays where it was, errors shown in place.
"use strict";

(() => {
  document.documentElement.classList.add("js");

  // Groups: a button before each group's name.
  const dress = (root) => {
    for (const body of root.querySelectorAll("tbody.folds")) {
      const head = body.querySelector("tr.group > th");
      if (!head || head.querySelector(".fold")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "fold";
      button.setAttribute("aria-expanded", "true");
      button.setAttribute("aria-controls", body.id);
      button.setAttribute("aria-label", head.textContent.trim());
      head.prepend(button);
    }
    for (const all of root.querySelectorAll("[data-fold=all]")) all.hidden = false;
    // Where the tabs do not all fit, the current one is in sight.
    const tab = root.querySelector(".tabs [aria-current]");
    if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 16;
  };
  const fold = (body, closed) => {
    body.classList.toggle("closed", closed);
    body.querySelector(".fold")?.setAttribute("aria-expanded", String(!closed));
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".fold, [data-fold=all]");
    if (!button) return;
    if (button.matches(".fold")) {
      const body = button.closest("tbody");
      fold(body, !body.classList.contains("closed"));
      return;
    }
    const bodies = [...document.querySelectorAll("tbody.folds")];
    const close = bodies.some((body) => !body.classList.contains("closed"));
    for (const body of bodies) fold(body, close);
    [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
  });

  // A refused question is an answer, too: its page says what is wrong.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 400 && event.detail.target?.id === "report") {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // Focus: htmx keeps it where an element of the same id is there again; what closes gives it to its chip.
  let left = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id !== "report") return;
    const active = document.activeElement;
    left = active?.closest(".unset")?.querySelector("summary")?.id || active?.closest("details")?.querySelector("summary")?.id || active?.id || null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "report" && event.detail.target?.id !== "report") return;
    const report = document.getElementById("report");
    dress(report);
    const active = document.activeElement;
    if (active && active !== document.body && active.checkVisibility?.()) return;
    const place = left && document.getElementById(left);
    if (place?.checkVisibility?.()) place.focus({ preventScroll: true });
    else document.getElementById("main").focus({ preventScroll: true });
  });
  document.addEventListener("htmx:historyRestore", () => dress(document));

  dress(document);
})();
