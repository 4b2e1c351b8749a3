// A page is shown first, and its formulas are set then.
window.addEventListener("load", () => setTimeout(async () => {
  if (window.MathJax?.startup) {
    await MathJax.startup.promise;
    await MathJax.typesetPromise();
  }
  document.body.dataset.formulas = "set";
}));
