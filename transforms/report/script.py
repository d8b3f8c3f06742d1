"""The script of the page: filters of examples, and links that open what they point at.

Without it everything is there and can be opened.
"""

SCRIPT = """
"use strict";
(() => {
  const form = document.getElementById("filters");
  const open = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    let at = id && document.getElementById(id);
    const target = at;
    for (; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { at.open = true; at.hidden = false; }
    }
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.rows")) part.open = true;
  });
  if (!form) return;
  form.hidden = false;
  const examples = [...document.querySelectorAll("details.example")];
  const count = document.getElementById("shown");
  const apply = () => {
    const words = form.words.value.toLowerCase();
    let shown = 0;
    for (const one of examples) {
      const data = one.dataset;
      const fits = (!form.task.value || data.task === form.task.value)
        && (!form.type.value || data.type === form.type.value)
        && (!form.collection.value || data.collection === form.collection.value)
        && (!words || one.textContent.toLowerCase().includes(words));
      one.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown + " of " + examples.length + " examples";
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", event => event.preventDefault());
  apply();
})();
""".strip()
