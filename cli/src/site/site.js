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

/** The index: search and filters, kept in the address. */
function index() {
  const form = document.getElementById("search");
  if (!form) return;
  const list = document.getElementById("providers");
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  const facets = ["grant", "auth", "pkce", "quirk"];
  const fields = ["q", ...facets].map((name) => form.elements[name]);
  const rows = [...list.children].map((row) => {
    const scopes = row.dataset.scopes.split(" ").filter(Boolean);
    const found = element("p", { class: "found" });
    row.firstElementChild.append(found);
    const text = row.firstElementChild.textContent.toLowerCase();
    return { row, text, scopes, found };
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

  function show() {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = facets
      .map((name) => [name, form.elements[name].value])
      .filter(([, value]) => value !== "");
    let shown = 0;
    for (const one of rows) {
      const fits = wanted.every(([name, value]) =>
        (one.row.dataset[name] ?? "").split(" ").includes(value),
      );
      const scopes = fits ? matching(one, words) : null;
      one.row.hidden = scopes === null;
      one.found.textContent = "";
      if (scopes === null) continue;
      shown += 1;
      if (scopes.length > 0) {
        const more = scopes.length > 3 ? ` and ${scopes.length - 3} more` : "";
        const noun = scopes.length === 1 ? "Scope " : "Scopes ";
        one.found.append(noun, element("code", {}, scopes.slice(0, 3).join(" ")), more);
      }
    }
    const all = words.length === 0 && wanted.length === 0;
    const noun = shown === 1 && all ? "provider" : "providers";
    count.textContent = all ? `${shown} ${noun}` : `${shown} of ${rows.length} providers`;
    nothing.hidden = shown > 0;
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
