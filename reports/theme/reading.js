/* Finding one's way in a page: tab sets, and a contents list that follows the reader. */
(() => {
  "use strict";

  const WIDE = matchMedia("(min-width: 64rem)");

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
    const links = new Map([...document.querySelectorAll("nav.toc a[href^='#']")].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
    const headings = [...document.querySelectorAll("main h2, main h3")]
      .map((h) => [h, links.get(h.id) ?? links.get(h.closest("section")?.id)])
      .filter(([, link]) => link);
    if (!headings.length) return;
    let marked;
    const mark = () => {
      const [, current] = headings.findLast(([heading]) => heading.getBoundingClientRect().top < 120) ?? headings[0];
      if (current === marked) return;
      marked?.removeAttribute("aria-current");
      current.setAttribute("aria-current", "location");
      marked = current;
      if (WIDE.matches) inSight(current);
    };
    addEventListener("scroll", mark, { passive: true });
    mark();
  }

  /* The list scrolls by itself, never the page. */
  function inSight(link) {
    const list = link.closest("nav");
    const [box, place] = [list.getBoundingClientRect(), link.getBoundingClientRect()];
    if (place.top < box.top || place.bottom > box.bottom) list.scrollTop += place.top - box.top - box.height / 2;
  }

  /* On a narrow screen the list is folded until it is asked for, and after a choice. */
  function foldContents() {
    const list = document.querySelector("nav.toc details");
    if (!list) return;
    const fit = () => { list.open = WIDE.matches; };
    WIDE.addEventListener("change", fit);
    list.addEventListener("click", (event) => {
      if (!WIDE.matches && event.target.closest("a")) list.open = false;
    });
    fit();
  }

  /* From an edition, <month>/<region>/, to the page that lists them all. */
  function wayHome() {
    const header = document.querySelector(".page-header, #title-block-header");
    if (!header) return;
    const home = document.createElement("p");
    home.className = "home";
    const link = document.createElement("a");
    link.href = "../../index.html";
    link.textContent = "Alla utgåvor och sök";
    home.append(link);
    header.prepend(home);
  }

  /* Long compounds may be parted where a column is narrow: few browsers know Swedish well enough. */
  const LONG = /\p{L}{18,}/gu;
  const PARTS = /(?<=\p{L}{5})(?=avdelning|baserad|besök|dokumentation|försörjning|förvaltning|konsultation|kostnad|nämnd|omsättning|plats|satsning|statistik|styrning|tillgänglighet|utveckling)/gu;
  function partable() {
    for (const element of document.querySelectorAll(".card-name, .table-scroll :is(th, .left)")) {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = texts.currentNode.data;
        const parted = text.replace(LONG, (word) => word.replace(PARTS, "\u00ad"));
        if (parted !== text) texts.currentNode.data = parted;
      }
    }
  }

  wayHome();
  partable();
  document.querySelectorAll(".tabset").forEach(tabset);
  foldContents();
  followReader();
})();
