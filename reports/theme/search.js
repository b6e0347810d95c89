/* Search over all editions. The index is a script of its own, loaded when the search is first
   used: it works from a file share, without network. */
(() => {
  "use strict";

  const MOST = 30;
  const MONTHS = ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"];
  const form = document.querySelector("form.search");
  if (!form) return;
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const list = document.getElementById("results");
  let index = null;

  const inWords = (month) => `${MONTHS[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;

  /* As `words` in search.py: å, ä and ö kept, other accents taken off. */
  const plain = (text) => [...text.normalize("NFC").toLowerCase()]
    .map((c) => ("åäö".includes(c) ? c : c.normalize("NFD").replace(/\p{M}/gu, ""))).join("");
  const terms = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  const summed = (steps) => {
    let place = 0;
    return steps.map((step) => (place += step));
  };

  window.vardlagetSearch = (data) => {
    const words = data.words.split(" ");
    const places = (steps) => new Set(summed(steps));
    const byKey = (entries) => new Map(Object.entries(entries).map(([key, steps]) => [key, places(steps)]));
    index = {
      words,
      editions: data.editions.map(([folder, region, month, synthetic]) => ({ folder, region, month, synthetic, about: terms(`${region} ${inWords(month)}`) })),
      sections: data.sections.map(([publication, id, heading, everywhere, regions, editions]) => ({
        publication,
        id,
        heading,
        title: data.titles[publication] ?? publication,
        about: terms(`${heading} ${data.titles[publication] ?? ""}`),
        everywhere: places(everywhere),
        regions: byKey(regions),
        editions: byKey(editions),
      })),
    };
    search();
  };

  function load() {
    if (document.querySelector("script[data-index]")) return;
    const script = document.createElement("script");
    script.src = form.dataset.index;
    script.dataset.index = "";
    script.addEventListener("error", () => { status.textContent = "Sökregistret kunde inte läsas."; });
    document.head.append(script);
  }

  /* The places in the vocabulary of the words that begin with a term: it is sorted by code unit. */
  function beginning(term) {
    let [low, high] = [0, index.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index.words[middle] < term) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (let place = low; index.words[place]?.startsWith(term); place += 1) found.push(place);
    return found;
  }

  const holds = (set, found) => set !== undefined && found.some((place) => set.has(place));
  const names = (about, term) => about.some((word) => word.startsWith(term));

  /* The editions in which a section has all terms, in the section itself or in what names it. */
  function editionsWith(section, asked) {
    const always = asked.map(({ term, found }) => names(section.about, term) || holds(section.everywhere, found));
    return [...section.editions].filter(([number, own]) => {
      const edition = index.editions[number];
      return asked.every(({ term, found }, place) => always[place] || names(edition.about, term)
        || holds(section.regions.get(edition.region), found) || holds(own, found));
    }).map(([number]) => index.editions[number]);
  }

  /* A hit for each section and region. What is named by more of the terms comes first: a heading
     by its words, an edition by its region and month; then the newest. */
  function found(asked) {
    const groups = new Map();
    const named = (about) => asked.filter(({ term }) => names(about, term)).length;
    for (const section of index.sections) {
      const titled = named(section.about);
      for (const edition of editionsWith(section, asked)) {
        const key = [section.publication, section.id, section.heading, edition.region].join("\n");
        if (!groups.has(key)) groups.set(key, { section, titled, hits: [] });
        groups.get(key).hits.push({ edition, named: named(edition.about) });
      }
    }
    for (const { hits } of groups.values()) hits.sort((one, other) => other.named - one.named);
    const score = ({ titled, hits }) => titled + hits[0].named;
    const first = ({ hits }) => hits[0].edition;
    return [...groups.values()].sort((one, other) => score(other) - score(one)
      || first(other).month.localeCompare(first(one).month)
      || first(one).region.localeCompare(first(other).region, "sv"));
  }

  function link(edition, section, text) {
    const made = document.createElement("a");
    made.href = `${edition.folder}/${section.publication}.html#${encodeURIComponent(section.id)}`;
    made.textContent = text;
    return made;
  }

  function item({ section, hits }) {
    const made = document.createElement("li");
    const [best, ...others] = hits.map(({ edition }) => edition);
    const where = document.createElement("p");
    where.textContent = `${best.region}, ${inWords(best.month)} · ${section.title}${best.synthetic ? " · Syntetiska uppgifter" : ""}`;
    made.append(link(best, section, section.heading), where);
    if (others.length) {
      const more = document.createElement("p");
      more.append("Även ");
      others.slice(0, 12).forEach((edition, place) => {
        if (place) more.append(", ");
        more.append(link(edition, section, inWords(edition.month)));
      });
      made.append(more);
    }
    return made;
  }

  function search() {
    const asked = terms(input.value).filter((term) => term.length > 1 || /\d/.test(term));
    list.replaceChildren();
    status.textContent = "";
    if (!asked.length) return;
    if (!index) {
      load();
      return;
    }
    const groups = found(asked.map((term) => ({ term, found: beginning(term) })));
    list.append(...groups.slice(0, MOST).map(item));
    const more = groups.length > MOST ? `, de ${MOST} första visas` : "";
    status.textContent = groups.length ? `${groups.length} ${groups.length === 1 ? "träff" : "träffar"}${more}.` : "Inga träffar.";
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150);
  });

  /* Which region's editions are shown, below. */
  const region = document.getElementById("region");
  region?.addEventListener("change", () => {
    document.querySelectorAll("[data-region]").forEach((each) => {
      each.hidden = region.value !== "" && each.dataset.region !== region.value;
    });
  });
  if (region) region.closest("p").hidden = false;
})();
