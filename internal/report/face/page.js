(function () {
  "use strict";
  var root = document.documentElement, langs = document.getElementById("langs");

  function speak(lang) {
    root.classList.toggle("en", lang === "en");
    root.lang = lang === "en" ? "en" : "zh-CN";
    langs.querySelectorAll("button").forEach(function (b) {
      b.setAttribute("aria-pressed", String(b.dataset.set === lang));
    });
  }
  langs.hidden = false;
  langs.addEventListener("click", function (e) {
    var b = e.target.closest("button");
    if (b) speak(b.dataset.set);
  });
  var asked = location.hash === "#en" ? "en" : location.hash === "#zh" ? "zh" : (navigator.language || "zh");
  speak(/^zh/i.test(asked) ? "zh" : "en");

  var form = document.getElementById("filter"), shown = document.getElementById("shown");
  var sets = Array.from(document.querySelectorAll("details.ds")).map(function (ds) {
    return { el: ds, store: ds.closest("details.store"), was: ds.open, head: null, rows: null };
  });
  var stores = Array.from(document.querySelectorAll("details.store"));
  stores.forEach(function (s) { s.was = s.open; });

  function read(set) {
    if (set.rows) return;
    set.head = (set.store.dataset.store + " " + set.el.querySelector("summary").textContent).toLowerCase();
    var column = "";
    set.rows = Array.from(set.el.querySelectorAll("tbody tr")).map(function (tr) {
      var name = tr.querySelector("th").textContent;
      column = name || column;
      return { el: tr, text: (column + " " + tr.dataset.k + " " + tr.textContent).toLowerCase(), kind: tr.dataset.k, s: tr.classList.contains("s") };
    });
  }

  function apply() {
    var q = form.q.value.trim().toLowerCase(), store = form.store.value, kind = form.kind.value, s = form.s.checked;
    var any = q || store || kind || s, total = 0;
    sets.forEach(function (set) {
      read(set);
      var hit = 0, whole = !q || set.head.indexOf(q) !== -1;
      var here = !store || set.store.dataset.store === store;
      set.rows.forEach(function (r) {
        var ok = here ? (whole || r.text.indexOf(q) !== -1) : false;
        if (kind) ok = ok ? r.kind === kind : false;
        if (s) ok = ok ? r.s : false;
        r.el.classList.toggle("hide", !ok);
        if (ok) hit++;
      });
      var keep = hit || !any || (here ? (whole ? !(kind || s) : false) : false);
      set.el.classList.toggle("hide", !keep);
      set.el.open = any ? hit !== 0 : set.was;
      total += hit;
    });
    stores.forEach(function (st) {
      st.classList.toggle("hide", !st.querySelector("details.ds:not(.hide)"));
      st.open = any ? true : st.was;
    });
    shown.textContent = any ? String(total) : "";
  }
  form.hidden = false;
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  form.addEventListener("input", apply);

  if ("IntersectionObserver" in window) {
    var links = {};
    document.querySelectorAll(".toc a").forEach(function (a) { links[a.hash.slice(1)] = a; });
    var seen = new IntersectionObserver(function (list) {
      list.forEach(function (e) {
        if (!e.isIntersecting) return;
        Object.keys(links).forEach(function (k) { links[k].classList.toggle("here", k === e.target.id); });
      });
    }, { rootMargin: "-20% 0px -70% 0px" });
    document.querySelectorAll("section[id]").forEach(function (s) { if (links[s.id]) seen.observe(s); });
  }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (d) { d.dataset.was = d.open ? "1" : ""; d.open = true; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details").forEach(function (d) { d.open = d.dataset.was === "1"; });
  });
})();
