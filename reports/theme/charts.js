/* Draws the charts, and shows the figures behind them as tables. No eval, no network: a chart's
   data stand in its element, its look in `vardlagetTheme`, which is made from chart.json. */
(() => {
  "use strict";

  const { config, colours } = window.vardlagetTheme;
  const SWEDISH_NUMBERS = { decimal: ",", thousands: "\u00a0", grouping: [3], currency: ["", "\u00a0kr"], minus: "\u2212" };

  const DARK = matchMedia("(prefers-color-scheme: dark)");

  // About what axes and a legend add to a chart's height, in pixels.
  const AXES = 40;

  /* The element's specification and data sets as they were before they were made light. */
  function read(element) {
    const page = JSON.parse(element.querySelector("script[data-spec]").textContent);
    const whole = (node) => {
      if (Array.isArray(node)) return node.map(whole);
      if (node === null || typeof node !== "object") return node;
      if ("$" in node) return whole(page.shared[node.$]);
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, whole(value)]));
    };
    const rows = ({ n, columns }) => Array.from({ length: n }, (_, index) =>
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.length === 1 ? values[0] : values[index]])));
    const datasets = Object.fromEntries(Object.entries(page.data).map(([name, data]) => [name, rows(data)]));
    return { ...whole(page.spec), config: structuredClone(config), datasets };
  }

  /* The theme's colours as variables of the style sheet, so that they follow light, dark and
     print. Between two ends of a scale Vega must compute, and needs the colours themselves: those
     of a place in the page or, without one, the light ones. */
  function themed(node, place = document.body) {
    const styles = place && getComputedStyle(place);
    const named = (value, computed) => {
      const name = typeof value === "string" ? colours[value.toLowerCase()] : undefined;
      if (!name || (computed && !styles)) return value;
      return computed ? styles.getPropertyValue(`--${name}`).trim() : `var(--${name})`;
    };
    const walk = (value, computed) => {
      if (Array.isArray(value)) return value.map((each) => walk(each, computed));
      if (value === null || typeof value !== "object") return named(value, computed);
      const between = computed || (value.type === "quantitative" && Array.isArray(value.scale?.range));
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, key === "datasets" ? each : walk(each, between)]));
    };
    return walk(node, false);
  }

  const interpolates = (spec) => /"range":\["#/.test(JSON.stringify(themed(spec)));

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

  const NARROW = { letters: 20, label: 125, size: 12, line: 13, reach: 1.4, most: 4 };

  /* A text as lines of some twenty letters; what does not fit in so many lines ends the last. */
  function lines(text) {
    const found = [];
    for (const word of text.replace(/(\d) (?=\d{3}(?!\d))/g, "$1\u00a0").split(/[ \n]/)) {
      const last = found.length - 1;
      const fits = last >= 0 && (found[last].length + 1 + word.length <= NARROW.letters || found.length === NARROW.most);
      if (fits) found[last] += ` ${word}`;
      else found.push(word);
    }
    return found;
  }

  /* On a telephone a long name at a row takes up to four lines, for which rows are high enough,
     months above narrow columns stand upright, bars are shorter beside their numbers, and a legend has one
     column. */
  function narrow(spec) {
    spec.config.axisY = { ...spec.config.axisY, labelLimit: NARROW.label, labelFontSize: NARROW.size };
    spec.config.axisX = { ...spec.config.axisX, labelSeparation: 6 };
    spec.config.legend = { ...spec.config.legend, columns: 1 };
    const layers = [spec, ...(spec.layer ?? [])].filter(({ encoding }) => encoding);
    const named = layers.filter(({ encoding: { y } }) => y?.axis && y.type !== "quantitative");
    const names = new Set(named.flatMap(({ data, encoding }) =>
      (spec.datasets[data?.name ?? spec.data?.name] ?? []).map((row) => row[encoding.y.field])));
    const long = [...names].filter((name) => typeof name === "string")
      .map((name) => [name, lines(name)]).filter(([, parts]) => parts.length > 1);
    const high = NARROW.line * Math.max(...long.map(([, parts]) => parts.length), 0) + 4;
    if (spec.height < high * names.size) spec.height = high * names.size;
    const found = JSON.stringify(Object.fromEntries(long));
    for (const { encoding } of named) {
      if (long.length) encoding.y.axis.labelExpr = `${found}[datum.label] || datum.label`;
    }
    const bars = layers.some(({ mark }) => mark?.type === "bar");
    for (const { encoding } of layers) {
      for (const channel of Object.values(encoding)) if (channel.legend) channel.legend.columns = 1;
      const { x } = encoding;
      if (x?.axis?.orient === "top" && x.type === "ordinal") x.axis.labelAngle = -90;
      // Beside bars to the left of zero, too, there is to be room for numbers.
      if (bars && x?.scale?.domain?.[0] < 0) x.scale.domain = x.scale.domain.map((end) => end * NARROW.reach);
    }
  }

  /* Vega puts a name's first line at the middle of its row: the lines' middle belongs there. */
  function centre(canvas) {
    for (const name of canvas.querySelectorAll('.role-axis-label text[text-anchor="end"]')) {
      const [, more] = name.querySelectorAll("tspan");
      if (!more) continue;
      const up = (name.children.length - 1) * parseFloat(more.getAttribute("dy")) / 2;
      name.setAttribute("transform", `${name.getAttribute("transform")} translate(0,${-up})`);
    }
  }

  /* How far a number beside a bar stands out to the right of its picture, in pixels. */
  function overflow(canvas) {
    const edge = canvas.querySelector("svg").getBoundingClientRect().right;
    const ends = [...canvas.querySelectorAll(".role-mark text")].map((text) => text.getBoundingClientRect().right);
    return Math.ceil(Math.max(edge, ...ends) - edge);
  }

  async function draw(element, original, tooltip) {
    const spec = themed(structuredClone(original), element);
    // As wide as the page lets it be; the picture in the PDF has the width that stands there.
    spec.width = "container";
    if (element.clientWidth < 480) narrow(spec);
    spec.padding = { ...spec.config.padding };
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
      spec.padding.right += 2 * beyond;
      await window.vegaEmbed(canvas, spec, options);
    }
    if (DARK.matches && interpolates(original)) await drawForPaper(element, original, spec.padding, options);
    centre(element);
    element.classList.add("drawn");
  }

  /* Paper is light: computed colours cannot follow, so that a second picture stands ready. */
  async function drawForPaper(element, original, padding, options) {
    const spec = themed(structuredClone(original), null);
    spec.autosize = { type: "fit-x", contains: "padding" };
    spec.width = element.clientWidth;
    if (element.clientWidth < 480) narrow(spec);
    spec.padding = padding;
    const paper = document.createElement("div");
    paper.className = "chart-paper";
    paper.ariaHidden = "true";
    element.append(paper);
    await window.vegaEmbed(paper, spec, options);
  }

  /* What a chart tells when it is pointed at, once for each data set: fields, titles and rows. */
  function told(spec) {
    const found = new Map();
    for (const layer of spec.layer ?? [spec]) {
      const name = layer.data?.name ?? spec.data?.name;
      const tooltip = layer.encoding?.tooltip ?? spec.encoding?.tooltip;
      if (!name || !Array.isArray(tooltip)) continue;
      found.set(JSON.stringify([name, tooltip]), { rows: spec.datasets[name], columns: tooltip });
    }
    return [...found.values()].map(({ rows, columns }) => {
      const texts = rows.map((row) => columns.map(({ field }) => String(row[field] ?? "").replaceAll("\n", " ")));
      const shown = new Map(texts.map((cells, index) => [cells.join("\n"), { cells, row: rows[index] }]));
      return {
        columns,
        rows: [...shown.values()].filter(({ cells }) => cells.slice(1).some((cell) => cell !== "")),
      };
    });
  }

  const NUMBER = /^(?:[+−]?\d|\.\.$|–$|$)/;

  function asTable({ columns, rows }, caption) {
    const table = document.createElement("table");
    table.createCaption().textContent = caption;
    table.caption.className = "hidden";
    const words = columns.map((_, index) => !rows.every(({ cells }) => NUMBER.test(cells[index])));
    const cell = (row, tag, text, scope, left) => {
      const made = document.createElement(tag);
      made.textContent = text;
      if (scope) made.scope = scope;
      if (left) made.className = "left";
      row.append(made);
    };
    const head = table.createTHead().insertRow();
    columns.forEach(({ title, field }, index) => cell(head, "th", title ?? field, "col", index === 0 || words[index]));
    const body = table.createTBody();
    for (const { cells } of rows) {
      const row = body.insertRow();
      cells.forEach((text, index) => cell(row, index ? "td" : "th", text, index ? "" : "row", index && words[index]));
    }
    const box = document.createElement("div");
    box.className = "table-scroll";
    box.append(table);
    return box;
  }

  /* As the CSV files of the tables: comma, decimal point; the number behind a text. */
  function asCsv({ columns, rows }) {
    const quoted = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    const number = (row, field, text) => (field === "text" && typeof row.value === "number" ? String(row.value) : text);
    const lines = rows.map(({ cells, row }) => cells.map((text, index) => number(row, columns[index].field, text)));
    return [columns.map(({ title, field }) => title ?? field), ...lines].map((line) => line.map(quoted).join(",") + "\n").join("");
  }

  function save(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /* Below the chart: its figures as a table, and as a file. */
  function offer(element, spec) {
    const tables = told(spec);
    if (!tables.length) return;
    let tools = element.nextElementSibling;
    if (!tools?.classList.contains("figure-tools")) {
      tools = document.createElement("div");
      tools.className = "figure-tools";
      element.after(tools);
    }
    const figure = element.closest("figure, .quarto-float");
    const caption = figure?.querySelector("figcaption")?.textContent.trim() ?? element.getAttribute("aria-label");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Ladda ner CSV";
    button.addEventListener("click", () => save(`${figure?.id || "diagram"}.csv`, tables.map(asCsv).join("\n")));
    const details = document.createElement("details");
    details.className = "chart-table";
    const summary = document.createElement("summary");
    summary.textContent = "Visa tabell";
    details.append(summary);
    details.addEventListener("toggle", () => {
      details.append(...tables.map((each) => asTable(each, caption)));
      window.vardlagetTables(details);
    }, { once: true });
    tools.prepend(details, button);
  }

  /* Lets the browser show what is drawn, before the next is. */
  const seen = () => new Promise((resolve) => { setTimeout(resolve); });

  async function drawAll() {
    const elements = [...document.querySelectorAll(".chart:has(> script[data-spec])")];
    if (!elements.length) return;
    const specs = new Map(elements.map((element) => [element, read(element)]));
    specs.forEach((spec, element) => {
      offer(element, spec);
      // What is read meanwhile stays in its place.
      if (typeof spec.height === "number") element.style.minHeight = `${spec.height + AXES}px`;
    });
    const tooltip = tooltips();
    await document.fonts.ready;
    const drawn = async (element) => {
      try {
        await draw(element, specs.get(element), tooltip);
      } catch (error) {
        element.classList.add("chart-message");
        element.textContent = element.getAttribute("aria-label");
        console.error(error);
      }
    };
    for (const element of elements) {
      await drawn(element);
      await seen();
    }
    document.documentElement.dataset.charts = "drawn";
    DARK.addEventListener("change", async () => {
      for (const element of elements) if (interpolates(specs.get(element))) await drawn(element);
    });
  }

  if (window.vegaEmbed) drawAll();
})();
