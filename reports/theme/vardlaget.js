/* Draws the charts, makes tab sets work and marks the place in the contents list.
   No eval, no network: a chart's description stands in its element. */
(() => {
  "use strict";

  const SWEDISH_NUMBERS = { decimal: ",", thousands: "\u00a0", grouping: [3], currency: ["", "\u00a0kr"], minus: "\u2212" };

  /* vega-tooltip's default puts HTML together from strings; this one only sets text. */
  function tooltips() {
    const box = document.createElement("div");
    box.className = "chart-tooltip";
    box.hidden = true;
    document.body.append(box);
    return (_handler, event, _item, value) => {
      if (value === null || value === undefined || value === "") {
        box.hidden = true;
        return;
      }
      const lines = typeof value === "object" ? Object.entries(value) : [["", value]];
      box.replaceChildren(...lines.map(([name, text]) => {
        const line = document.createElement("div");
        line.textContent = name ? `${name}: ${text}` : String(text);
        return line;
      }));
      box.hidden = false;
      const left = Math.min(event.pageX + 14, window.scrollX + document.documentElement.clientWidth - box.offsetWidth - 8);
      box.style.left = `${Math.max(left, 4)}px`;
      box.style.top = `${event.pageY + 14}px`;
    };
  }

  /* On a telephone a long name at a row takes two lines. */
  function narrow(spec) {
    spec.config.axisY = { ...spec.config.axisY, labelLimit: 125, labelFontSize: 12 };
    spec.config.legend = { ...spec.config.legend, columns: 1 };
    const last = "lastindexof(slice(datum.label, 0, 20), ' ')";
    const cut = `(${last} > 0 ? ${last} : indexof(datum.label, ' '))`;
    const parts = `[slice(datum.label, 0, ${cut}), slice(datum.label, ${cut} + 1)]`;
    const lines = `length(datum.label) > 19 && ${cut} > 0 ? ${parts} : datum.label`;
    for (const layer of spec.layer ?? [spec]) {
      if (layer.encoding?.y?.axis) layer.encoding.y.axis.labelExpr = lines;
    }
  }

  /* How far a number beside a bar stands out to the right of its picture, in pixels. */
  function overflow(canvas) {
    const edge = canvas.querySelector("svg").getBoundingClientRect().right;
    const ends = [...canvas.querySelectorAll(".role-mark text")].map((text) => text.getBoundingClientRect().right);
    return Math.ceil(Math.max(edge, ...ends) - edge);
  }

  /* A table wider than the page can be scrolled by keyboard too. */
  function scrollers() {
    for (const box of document.querySelectorAll(".table-scroll")) {
      if (box.scrollWidth <= box.clientWidth) continue;
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      const caption = box.closest("figure")?.querySelector("figcaption");
      box.setAttribute("aria-label", caption?.textContent.trim() ?? "Tabell");
    }
  }

  async function draw(element, tooltip) {
    const spec = JSON.parse(element.dataset.spec);
    // As wide as the page lets it be; the picture in the PDF has the width that stands there.
    spec.width = "container";
    if (element.clientWidth < 480) narrow(spec);
    // Vega names and labels what it draws in: the text alternative stays on the outer element.
    const canvas = document.createElement("div");
    canvas.className = "chart-canvas";
    canvas.ariaHidden = "true";
    element.replaceChildren(canvas);
    const options = {
      mode: "vega-lite",
      actions: false,
      ast: true,
      defaultStyle: false,
      renderer: "svg",
      formatLocale: SWEDISH_NUMBERS,
      tooltip,
    };
    await window.vegaEmbed(canvas, spec, options);
    const beyond = overflow(canvas);
    // Less room also moves the bar's end to the left, but by less than what is taken.
    if (beyond > 1) {
      spec.padding = { ...spec.config.padding, right: spec.config.padding.right + 2 * beyond };
      await window.vegaEmbed(canvas, spec, options);
    }
    element.classList.add("drawn");
  }

  async function drawAll() {
    const elements = [...document.querySelectorAll(".chart[data-spec]")];
    if (!elements.length) return;
    const tooltip = tooltips();
    await document.fonts.ready;
    for (const element of elements) {
      try {
        await draw(element, tooltip);
      } catch (error) {
        element.classList.add("chart-message");
        element.textContent = element.getAttribute("aria-label");
        console.error(error);
      }
    }
    document.documentElement.dataset.charts = "drawn";
  }

  function select(tabs, chosen) {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
  }

  function tabset(element) {
    const tabs = [...element.querySelectorAll(':scope > [role="tablist"] > [role="tab"]')];
    if (!tabs.length) return;
    tabs.forEach((tab, index) => {
      tab.addEventListener("click", () => select(tabs, tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(index + step + tabs.length) % tabs.length];
        select(tabs, next);
        next.focus();
        event.preventDefault();
      });
    });
    select(tabs, tabs[0]);
    element.classList.add("ready");
  }

  function followReader() {
    const links = new Map([...document.querySelectorAll("nav.toc a[href^='#']")].map((a) => [a.hash.slice(1), a]));
    const headings = [...document.querySelectorAll("main h2, main h3")]
      .map((h) => [h, links.get(h.id) ?? links.get(h.closest("section")?.id)])
      .filter(([, link]) => link);
    if (!headings.length) return;
    const mark = () => {
      let current = headings[0][1];
      for (const [heading, link] of headings) if (heading.getBoundingClientRect().top < 120) current = link;
      for (const link of links.values()) link.toggleAttribute("aria-current", link === current);
    };
    addEventListener("scroll", mark, { passive: true });
    mark();
  }

  function start() {
    document.querySelectorAll(".tabset").forEach(tabset);
    followReader();
    scrollers();
    if (window.vegaEmbed) drawAll();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
