/* Tables: rows in the order that the reader asks for, by mouse or keyboard, and a table wider
   than the page as a region that can be scrolled by keyboard. */
(() => {
  "use strict";

  const FEWEST_ROWS = 3;
  const MONTHS = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];
  const words = new Intl.Collator("sv", { numeric: true });

  /* A cell's number: its own, a time in minutes and seconds, a month in words, or what the text
     begins with; null where there is none. */
  function number(cell) {
    if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
    const text = cell.textContent.trim().replace(/[\s\u00a0\u202f]+(?=\d{3}(?!\d))/g, "").replaceAll("−", "-");
    if (text === "–") return 0;
    const month = /^(?:(\d{1,2})\s)?(\p{L}{3})\p{L}*\.?\s(\d{4})$/u.exec(text);
    if (month && MONTHS.includes(month[2].toLowerCase())) {
      return Number(month[3]) * 372 + MONTHS.indexOf(month[2].toLowerCase()) * 31 + Number(month[1] ?? 0);
    }
    const clock = /^(-?)(\d+):(\d{2})(?!\d)/.exec(text);
    if (clock) return (clock[1] ? -1 : 1) * (Number(clock[2]) * 60 + Number(clock[3]));
    const plain = /^[+-]?\d+(?:,\d+)?/.exec(text);
    return plain ? Number(plain[0].replace(",", ".")) : null;
  }

  const cellAt = (row, index) => row.cells[index];

  function compared(rows, index) {
    const values = new Map(rows.map((row) => [row, number(cellAt(row, index))]));
    const numeric = rows.filter((row) => values.get(row) !== null).length * 2 >= rows.length;
    const text = (row) => cellAt(row, index).textContent.trim();
    if (!numeric) return (one, other) => words.compare(text(one), text(other));
    return (one, other) => values.get(one) - values.get(other);
  }

  /* The body's rows in another order. Rows that stand out, such as a sum, keep their places, and
     what has no value comes last in either direction. */
  function sort(body, original, index, direction) {
    const movable = original.filter((row) => !row.classList.contains("emphasised"));
    const compare = compared(movable, index);
    const blank = (row) => /^(?:|x|\.{1,2})$/.test(cellAt(row, index).textContent.trim());
    const ordered = direction === 0 ? movable : [
      ...movable.filter((row) => !blank(row)).sort((one, other) => direction * compare(one, other)),
      ...movable.filter(blank),
    ];
    body.append(...original.map((row) => (row.classList.contains("emphasised") ? row : ordered.shift())));
  }

  /* The heading cells that stand straight above one column each, with the column's place and the
     heading that it shares with its neighbours. */
  function columnHeadings(head) {
    const taken = [];
    const shared = [];
    const found = [];
    [...head.rows].forEach((row, level) => {
      let column = 0;
      for (const cell of row.cells) {
        while (taken[column] > level) column += 1;
        if (cell.colSpan === 1 && level + cell.rowSpan === head.rows.length) found.push([cell, column, shared[column]]);
        for (let each = column; each < column + cell.colSpan; each += 1) {
          taken[each] = level + cell.rowSpan;
          if (cell.colSpan > 1) shared[each] = cell.textContent.trim();
        }
        column += cell.colSpan;
      }
    });
    return found;
  }

  function sortable(table) {
    const body = table.tBodies[0];
    const original = [...(body?.rows ?? [])];
    const uneven = original.some((row) => row.cells.length !== original[0].cells.length);
    if (!table.tHead || original.length < FEWEST_ROWS || uneven) return;
    const headings = columnHeadings(table.tHead).filter(([cell]) => cell.textContent.trim());
    for (const [heading, index] of headings) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const order = { ascending: "descending", descending: "" }[heading.getAttribute("aria-sort")] ?? "ascending";
        for (const [other] of headings) other.removeAttribute("aria-sort");
        if (order) heading.setAttribute("aria-sort", order);
        sort(body, original, index, { ascending: 1, descending: -1 }[order] ?? 0);
      });
    }
  }

  const NARROW = matchMedia("(max-width: 34rem)");
  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

  const FAR = 1.4;
  const FEW_ROWS = 12;

  /* Whether so few rows have so many numbers that most would stand outside of the picture. */
  function ofFewRows(box, { tHead, tBodies }) {
    return tHead && tBodies[0]?.rows.length <= FEW_ROWS && box.scrollWidth > FAR * box.clientWidth;
  }

  /* Whether at least half of the columns after the first are words. */
  function ofWords({ tHead, tBodies }) {
    const row = tBodies[0]?.rows[0];
    const words = row?.querySelectorAll("td.left").length ?? 0;
    return tHead && words > 1 && words * 2 >= row.cells.length - 1;
  }

  /* Each cell knows its heading, to be read after it where rows do not stand side by side: and
     what is no longer laid out as a table still is one to those who listen. */
  function labelled(table) {
    for (const [heading, index, shared] of columnHeadings(table.tHead)) {
      const label = [shared, heading.textContent.trim()].filter(Boolean).join(": ");
      if (shared) heading.dataset.shared = `${shared}: `;
      for (const row of table.tBodies[0].rows) {
        const cell = row.cells[index];
        if (!cell) continue; // a row of one cell across them all
        cell.dataset.label = label;
        cell.classList.toggle("inapplicable", cell.textContent.trim() === ".");
      }
    }
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
      part.setAttribute("role", ROLES[part.tagName] ?? (part.scope === "col" ? "columnheader" : "rowheader"));
    }
  }

  function scrollable(box) {
    const beyond = () => box.scrollWidth > box.clientWidth + 1;
    box.classList.remove("dense", "stacked");
    box.classList.toggle("dense", beyond());
    const table = box.firstElementChild;
    if (beyond() && NARROW.matches && (ofWords(table) || ofFewRows(box, table))) {
      labelled(table);
      box.classList.add("stacked");
    }
    const wide = beyond();
    box.classList.toggle("scrolls", wide);
    if (!wide) {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      return;
    }
    const caption = box.closest("figure, .quarto-float")?.querySelector("figcaption")?.textContent.trim();
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", caption ?? "Tabell");
  }

  /* All tables within an element; also called for tables that are made later. */
  window.vardlagetTables = (element) => {
    element.querySelectorAll(".table-scroll > table").forEach(sortable);
    const boxes = [...element.querySelectorAll(".table-scroll")];
    const seen = new ResizeObserver((changes) => changes.forEach(({ target }) => scrollable(target)));
    boxes.forEach((box) => seen.observe(box));
  };

  window.vardlagetTables(document);
})();
