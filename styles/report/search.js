/*
  Search among all posts of the report. Without this script every post is still on the pages of the list.
  The posts come from posts.js, a script and not a fetch, since a report is opened from a disk as well as from a server;
  it is loaded once somebody searches.
*/
"use strict";

(() => {
  const MOST = 100;
  const form = document.querySelector(".search");
  const input = form.querySelector("input");
  const state = form.querySelector("select");
  const found = form.querySelector(".found");
  const results = document.querySelector(".results");
  const listed = document.querySelector(".listed");
  const stateNames = [...state.options].slice(1).map((option) => option.textContent);
  let posts = null;

  window.annexePosts = (rows) => {
    posts = rows;
    search();
  };

  const load = () => {
    if (document.querySelector("script[src='posts.js']")) return;
    const script = document.createElement("script");
    script.src = "posts.js";
    document.head.append(script);
  };

  const row = ([slug, number, name]) => {
    const link = document.createElement("a");
    link.href = `posts/${name ?? slug}${form.dataset.suffix}.html`;
    link.textContent = slug;
    const told = document.createElement("span");
    told.textContent = stateNames[number];
    const item = document.createElement("li");
    item.append(link, " ", told);
    return item;
  };

  const say = (count) => {
    if (!count) return form.dataset.nothing;
    const text = count > MOST ? form.dataset.first : form.dataset.found;
    return text.replace("{n}", count.toLocaleString(document.documentElement.lang)).replace("{shown}", MOST);
  };

  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isSearch = words.length > 0 || state.value !== "";
    listed.hidden = isSearch;
    results.hidden = !isSearch;
    results.replaceChildren();
    found.textContent = "";
    if (!isSearch) return;
    if (posts === null) {
      load();
      return;
    }
    const hits = posts.filter(
      ([slug, number]) =>
        (state.value === "" || number === Number(state.value)) &&
        words.every((word) => slug.toLowerCase().includes(word)),
    );
    results.append(...hits.slice(0, MOST).map(row));
    results.hidden = hits.length === 0;
    found.textContent = say(hits.length);
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("focus", load, { once: true });
  input.addEventListener("input", search);
  state.addEventListener("change", search);
  if (input.value || state.value) search();
})();
