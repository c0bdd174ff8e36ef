// What JavaScript adds to charts: a line that reads the points out, by mouse and by arrow keys. The titles hold the words.
"use strict";

(() => {
  const pointsOf = (figure) => [...figure.querySelectorAll(".point")];

  function show(figure, point) {
    for (const each of figure.querySelectorAll(".point.on")) each.classList.remove("on");
    const line = figure.querySelector(".readout");
    if (!line) return;
    point?.classList.add("on");
    line.hidden = false;
    // A space that does not break keeps the line's height where nothing is read out.
    line.textContent = point ? point.querySelector("title").textContent : "\u00a0";
  }

  function move(figure, key) {
    const points = pointsOf(figure);
    const now = points.findIndex((each) => each.classList.contains("on"));
    const last = points.length - 1;
    const next = {
      ArrowRight: Math.min(now + 1, last),
      ArrowDown: Math.min(now + 1, last),
      ArrowLeft: Math.max(now - 1, 0),
      ArrowUp: Math.max(now - 1, 0),
      Home: 0,
      End: last,
    }[key];
    if (next === undefined) return false;
    show(figure, points[next]);
    return true;
  }

  // Charts come with the page and by htmx: each is made ready once.
  function ready(within) {
    for (const figure of within.querySelectorAll("[data-chart]:not([data-ready])")) {
      figure.dataset.ready = "";
      figure.querySelector(".plot")?.setAttribute("tabindex", "0");
      const line = figure.querySelector(".readout");
      if (line) show(figure, null);
    }
  }

  const figureOf = (event) => (event.target instanceof Element ? event.target.closest("[data-chart]") : null);

  document.addEventListener("pointerover", (event) => {
    const point = event.target instanceof Element ? event.target.closest(".point") : null;
    if (point) show(point.closest("[data-chart]"), point);
  });
  document.addEventListener("pointerout", (event) => {
    const figure = figureOf(event);
    if (figure && !(event.relatedTarget instanceof Element && event.relatedTarget.closest(".plot"))) show(figure, null);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element) || !event.target.matches(".plot")) return;
    const figure = event.target.closest("[data-chart]");
    if (event.key === "Escape") show(figure, null);
    else if (move(figure, event.key)) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", () => ready(document));
  document.addEventListener("htmx:afterSettle", () => ready(document));
  if (document.readyState !== "loading") ready(document);
})();
