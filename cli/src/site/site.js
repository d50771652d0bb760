"use strict";

// What the pages can do beyond being read. Everything here is added to pages that are whole
// without it.

/** An element with attributes and text. */
function element(name, attributes, text) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

/** How many letters must be added, removed, changed or swapped to make one word another, or the
 * beginning of it: the rest may not be typed yet. */
function distance(word, other) {
  let above = [];
  let row = [...Array(other.length + 1).keys()];
  for (let i = 1; i <= word.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = word[i - 1] === other[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (isSame ? 0 : 1));
      const isSwapped = word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1];
      if (i > 1 && j > 1 && isSwapped) next[j] = Math.min(next[j], above[j - 2] + 1);
    }
    [above, row] = [row, next];
  }
  return Math.min(...row);
}

/** The index: search and filters, kept in the address. */
function index() {
  const form = document.getElementById("search");
  if (!form) return;
  const list = document.getElementById("providers");
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  // In the order of `SEARCHED`.
  const facets = ["grant", "auth", "pkce", "quirk"];
  const fields = ["q", ...facets].map((name) => form.elements[name]);
  const rows = [...list.children].map((row) => {
    const [names, ...places] = SEARCHED[row.querySelector("a").getAttribute("href")];
    const scopes = names.split(" ").filter(Boolean);
    const values = places.map((list) => list.map((place) => WORDS[place]));
    const found = element("p", { class: "found" });
    row.firstElementChild.append(found);
    const grants = values[0].join(" ");
    const about = [row.firstElementChild.textContent, grants, grants.replaceAll("_", " ")];
    const text = about.join(" ").toLowerCase();
    return { row, text, tokens: [...new Set(text.match(/[^\s,.()+]+/g))], scopes, values, found };
  });

  /** The scopes that hold all words; none where the name and the summary already do. */
  function matching(one, words) {
    if (words.every((word) => one.text.includes(word))) return [];
    const left = words.filter((word) => !one.text.includes(word));
    const scopes = one.scopes.filter((scope) =>
      left.every((word) => scope.toLowerCase().includes(word)),
    );
    return scopes.length > 0 ? scopes : null;
  }

  /** How many mistakes the words have if this provider is meant; `Infinity` beyond a few. */
  function mistakes(one, words) {
    let sum = 0;
    for (const word of words) {
      if (one.text.includes(word)) continue;
      const allowed = word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
      const fewest = Math.min(...one.tokens.map((token) => distance(word, token)));
      if (fewest > allowed) return Infinity;
      sum += fewest;
    }
    return sum;
  }

  /** What each row that is shown says of scopes: those that hold the words. Where no row has the
   * words as they are typed, those that come nearest are shown. */
  function found(rows, words) {
    const exact = new Map();
    for (const one of rows) {
      const scopes = matching(one, words);
      if (scopes !== null) exact.set(one, scopes);
    }
    if (exact.size > 0) return { shown: exact, isNear: false };
    const near = rows.map((one) => [one, mistakes(one, words)]);
    const fewest = Math.min(...near.map(([, count]) => count), Number.MAX_VALUE);
    const nearest = near.filter(([, count]) => count === fewest);
    return { shown: new Map(nearest.map(([one]) => [one, []])), isNear: nearest.length > 0 };
  }

  function show() {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = facets
      .map((name, place) => [place, form.elements[name].value])
      .filter(([, value]) => value !== "");
    const fit = rows.filter((one) =>
      wanted.every(([place, value]) => one.values[place].includes(value)),
    );
    const { shown, isNear } = found(fit, words);
    for (const one of rows) {
      const scopes = shown.get(one);
      one.row.hidden = scopes === undefined;
      one.found.textContent = "";
      if (!scopes?.length) continue;
      const more = scopes.length > 3 ? ` and ${scopes.length - 3} more` : "";
      const noun = scopes.length === 1 ? "Scope " : "Scopes ";
      one.found.append(noun, element("code", {}, scopes.slice(0, 3).join(" ")), more);
    }
    const all = words.length === 0 && wanted.length === 0;
    const noun = shown.size === 1 && all ? "provider" : "providers";
    const some = `${shown.size} of ${rows.length} providers`;
    count.textContent = all ? `${shown.size} ${noun}` : isNear ? `${some}, by similar spelling` : some;
    nothing.hidden = shown.size > 0;
    for (const field of fields) field.classList.toggle("set", field.value !== "");
    form.querySelector(".clear").disabled = all;
  }

  function read() {
    const asked = new URLSearchParams(location.search);
    for (const field of fields) {
      field.value = asked.get(field.name) ?? "";
      // A value that is not in the list leaves a select with none.
      if (field.selectedIndex === -1) field.value = "";
    }
    show();
  }

  function write(replaces) {
    const asked = new URLSearchParams();
    for (const field of fields) if (field.value !== "") asked.set(field.name, field.value);
    const query = asked.toString();
    const address = location.pathname + (query && `?${query}`);
    if (location.pathname + location.search === address) return;
    history[replaces ? "replaceState" : "pushState"](null, "", address);
  }

  // One step back takes a whole word away, not its last letter.
  let typing = false;
  form.elements.q.addEventListener("input", () => {
    show();
    write(typing);
    typing = true;
  });
  form.addEventListener("focusout", () => (typing = false));
  for (const name of facets) {
    form.elements[name].addEventListener("change", () => {
      show();
      write(false);
    });
  }
  function clear() {
    for (const field of fields) field.value = "";
    typing = false;
    show();
    write(false);
    form.elements.q.focus();
  }
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clear();
  });
  nothing.querySelector(".clear").addEventListener("click", clear);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", () => {
    typing = false;
    read();
  });
  document.addEventListener("keydown", (event) => {
    const writes = event.target.closest("input, select, textarea");
    if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    form.elements.q.focus();
  });
  form.hidden = false;
  read();
}

/** Where the browser has no clipboard for scripts, or refuses it. */
function copyBySelection(code) {
  const selection = getSelection();
  selection.selectAllChildren(code);
  const copied = document.execCommand("copy");
  selection.removeAllRanges();
  return copied;
}

/** A button at each block of code. */
function copying() {
  const blocks = document.querySelectorAll("[data-copy]");
  if (blocks.length === 0) return;
  const status = element("p", { class: "unseen", role: "status", "aria-live": "polite" });
  document.body.append(status);
  for (const block of blocks) {
    const about = `Copy ${block.dataset.copy}`;
    const button = element("button", { type: "button", class: "copy", "aria-label": about }, "Copy");
    const code = block.querySelector("code");
    let timer;
    button.addEventListener("click", async () => {
      let copied;
      try {
        await navigator.clipboard.writeText(code.textContent);
        copied = true;
      } catch {
        copied = copyBySelection(code);
      }
      button.textContent = copied ? "Copied" : "Not copied";
      status.textContent = `${button.textContent}: ${block.dataset.copy}`;
      clearTimeout(timer);
      timer = setTimeout(() => {
        button.textContent = "Copy";
        status.textContent = "";
      }, 2500);
    });
    block.prepend(button);
  }
}

/** A field above each long table. */
function tables() {
  for (const region of document.querySelectorAll("[data-filter]")) {
    const rows = [...region.querySelectorAll("tbody tr")];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const label = element("label", { class: "filter" });
    const field = element("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    const status = element("span", { role: "status", "aria-live": "polite" });
    label.append(element("span", {}, `Filter ${region.dataset.filter.toLowerCase()}`), field, status);
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, place) => {
        row.hidden = !words.every((word) => texts[place].includes(word));
        if (!row.hidden) shown += 1;
      });
      status.textContent = words.length > 0 ? `${shown} of ${rows.length}` : "";
    });
    region.before(label);
  }
}

index();
copying();
tables();
